import { STATUS_CODES } from 'node:http';
import type { Colors } from 'picocolors/types';
import type { WebhookReport } from '../monitor/webhook-report';
import { clip, pad } from '../../characters/display-width';
import { shortAddress, withShortNumbers } from './short-address';
import { visibleText } from '../../characters/visible-text';

export interface LineOptions {
  readonly paint: Colors;
  /** Whether phone numbers are shown whole. */
  readonly showNumbers: boolean;
}

/** Widths of columns. Short numbers have eight characters: `+1…0001`. */
const kindColumns = 16;
const longestKind = 28;
const addressesColumns = 18;

/** The time of a line, as the clock of this machine shows it. */
export const timeText = (at: Date): string =>
  [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');

/** The indent of a line that belongs to the one above. */
export const indent = ' '.repeat('00:00:00  '.length);

/** A webhook, for a person: its line, and a second one if the log says more than a reason. */
export const webhookLines = (report: WebhookReport, options: LineOptions): readonly string[] => {
  const { paint } = options;
  const { receivedAt, durationMs, summary, detail } = report;
  const sid = shortSid(summary.sid ?? '');
  const parts = [
    paint.dim(timeText(receivedAt)),
    subjectOf(report, options),
    result(report, paint),
    paint.dim(`${Math.round(durationMs)} ms`),
    ...(sid === '' ? [] : [paint.dim(sid)]),
  ];
  return [parts.join('  '), ...(detail === null ? [] : [`${indent}${paint.dim('└')} ${visibleText(detail)}`])];
};

/** The kind and the addresses; for a request that has nothing of a webhook, its method and path. */
const subjectOf = ({ method, path, summary }: WebhookReport, options: LineOptions): string => {
  const { kind, from, to } = summary;
  if (kind === undefined) {
    const columns = kindColumns + 2 + addressesColumns;
    return pad(clip(visibleText(withShortNumbers(`${method} ${path}`, options)), columns), columns);
  }
  const address = (text: string | null): string => (text === null ? '' : shortAddress(text, options));
  const addresses = from === null || to === null ? address(from ?? to) : `${address(from)} → ${address(to)}`;
  return [
    pad(clip(visibleText(withShortNumbers(kind, options)), longestKind), kindColumns),
    pad(addresses, options.showNumbers ? 2 * addressesColumns : addressesColumns),
  ].join('  ');
};

/** Text with each SID in the short form of the lines. */
export const withShortSids = (text: string): string => text.replace(/\b[A-Z]{2}[0-9a-f]{32}\b/g, shortSid);

const result = ({ result: outcome, status, reason }: WebhookReport, paint: Colors): string => {
  switch (outcome) {
    case 'stored':
      return reason === null ? paint.green('stored') : paint.yellow(`stored ${reason}`);
    case 'duplicate':
      return paint.yellow(reason === null ? 'duplicate' : `duplicate ${reason}`);
    case 'accepted':
      return paint.yellow('accepted, not stored yet');
    case 'not_stored_yet':
      return paint.red(`not stored yet ${reason ?? ''}`.trim());
    case 'swallowed':
      return paint.yellow(`swallowed ${status}`);
    case 'answered':
      return String(status);
    case 'refused': {
      const text = `refused ${status} ${reason ?? STATUS_CODES[status] ?? ''}`.trim();
      // Twilio sends its first request without credentials, to be asked for them.
      return reason === 'basic_challenge' ? paint.yellow(text) : paint.red(text);
    }
  }
};

/** A request may claim anything as its SID. */
const shortSid = (sid: string): string =>
  /^[A-Z]{2}[0-9a-fA-F]{32}$/.test(sid) ? `${sid.slice(0, 2)}…${sid.slice(-4)}` : '';
