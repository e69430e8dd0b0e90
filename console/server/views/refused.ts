import type { RefusedRequest, RefusedSummary } from '../../api';
import type { RefusedCapture } from '../../../local/monitor/gateway-monitor';

export const refusedSummary = ({ id, at, method, url, status, reason }: RefusedCapture): RefusedSummary => ({
  id,
  at,
  method,
  // The query may hold what its sender keeps secret.
  path: url.split('?')[0] ?? '',
  status,
  reason,
});

/** Headers with values that must stay secret: a genuine signature, credentials, a session. */
const secretHeaders: readonly string[] = [
  'authorization',
  'cookie',
  'proxy-authorization',
  'set-cookie',
  'x-amz-security-token',
  'x-api-key',
  'x-twilio-signature',
];

const withoutValue = (value: string): string => `[hidden, ${value.length} characters]`;

/** The headers, in which the values of secrets are replaced, and the body as text. */
export const shownRequest = ({ headers, body }: RefusedCapture): Pick<RefusedRequest, 'headers' | 'body'> => ({
  headers: headers.map(([name, value]) => [
    name,
    secretHeaders.includes(name.toLowerCase()) ? withoutValue(value) : value,
  ]),
  body: body.toString('utf8'),
});
