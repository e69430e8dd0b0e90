import { changeView } from '../../../cli/twilio/report';
import type { Change } from '../../../cli/twilio/change';

const valueText = (value: string | boolean): string => (value === '' ? '(none)' : String(value));

/** A change at Twilio as a line. User names and passwords of URLs are hidden. */
export const changeText = (change: Change): string => {
  const { action, resource, name, fields } = changeView(change);
  const differences = fields.map(({ field, from, to }) => `${field}: ${valueText(from)} → ${valueText(to)}`);
  return `${action} ${resource.replaceAll('-', ' ')} ${name}${differences.length === 0 ? '' : ` — ${differences.join('; ')}`}`;
};
