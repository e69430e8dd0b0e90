import { changeView } from '../../../cli/twilio/report';
import type { Change } from '../../../cli/twilio/change';

const valueText = (value: string | boolean): string => (value === '' ? '(none)' : String(value));

/** A change at Twilio as a line. User names and passwords of URLs are hidden. */
export const changeText = (change: Change): string => {
  const { action, resource, name, fields } = changeView(change);
  const differences = fields.map(({ field, from, to }) => `${field}: ${valueText(from)} → ${valueText(to)}`);
  const title = `${action} ${resource.replaceAll('-', ' ')} ${name}`;
  return differences.length === 0 ? title : `${title}: ${differences.join('; ')}`;
};
