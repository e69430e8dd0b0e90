import { cloudEventSubject, formAttributes, jsonAttributes } from '../../lambda/shared/attributes/event-attributes';
import { laneRoute, type AnsweredRequest } from './answered-request';
import { textOf, textOrNull, type LogFields } from './log-record';

/** What a request claims to be about, in words for a person. A refused request may claim anything. */
export interface WebhookSummary {
  /** Such as `SMS`, `status delivered`, `call completed`; undefined for a request that has nothing of a webhook. */
  readonly kind: string | undefined;
  readonly from: string | null;
  readonly to: string | null;
  /** The SID of what it is about. */
  readonly sid: string | null;
}

type Params = Pick<URLSearchParams, 'get'>;

export const summaryOf = ({ method, url, body, route }: AnsweredRequest): WebhookSummary => {
  if (route === undefined) return nothingKnown;
  const text = body.toString('utf8');
  if (/^\s*[[{]/.test(text)) return jsonSummary(text) ?? { ...nothingKnown, kind: route };
  const mark = url.indexOf('?');
  // The form of a POST; the query of a GET.
  const params = new URLSearchParams(method === 'GET' && mark !== -1 ? url.slice(mark + 1) : text);
  const { type, subject } = formAttributes(Object.fromEntries(params));
  const summary = {
    from: first(params, 'From', 'Caller', 'Author'),
    to: first(params, 'To', 'Called'),
    sid: first(params, 'MessageSid', 'SmsSid') ?? subject ?? null,
  };
  const isEmpty = type === undefined && Object.values(summary).every((value) => value === null);
  return isEmpty ? nothingKnown : { kind: kindOf(route, params) ?? type ?? route, ...summary };
};

const nothingKnown: WebhookSummary = { kind: undefined, from: null, to: null, sid: null };

const first = (params: Params, ...names: readonly string[]): string | null =>
  names.map((name) => params.get(name)).find((value) => value !== null && value !== '') ?? null;

const kindOf = (route: string, params: Params): string | undefined => {
  switch (route) {
    case 'messages':
      return messageKind(params);
    case laneRoute:
      return params.get('MessageSid') === null ? undefined : words('fallback', messageKind(params));
    case 'status':
      return words('status', first(params, 'MessageStatus', 'SmsStatus'), first(params, 'ErrorCode'));
    case 'usage':
      return words('usage', first(params, 'UsageCategory'));
    default:
      return undefined;
  }
};

const channels: Readonly<Record<string, string>> = { whatsapp: 'WhatsApp', rcs: 'RCS', messenger: 'Messenger' };

/** A message that has more than text says what: `WhatsApp button`, `SMS STOP`. */
const messageKind = (params: Params): string => {
  const [, channel = ''] = /^([a-z]+):/.exec(params.get('From') ?? '') ?? [];
  const media = /^[1-9]/.test(params.get('NumMedia') ?? '');
  const type = params.get('MessageType');
  return words(
    channels[channel] ?? (channel === '' ? (media ? 'MMS' : 'SMS') : channel),
    type === 'text' ? null : type,
    params.get('OptOutType'),
  );
};

const words = (...parts: readonly (string | null)[]): string =>
  parts.filter((part) => part !== null && part !== '').join(' ');

/** Event Streams send a list of CloudEvents; other products send one object. */
const jsonSummary = (text: string): WebhookSummary | undefined => {
  const events = readEvents(text);
  const [event] = events;
  if (event === undefined) return undefined;
  const cloudType = textOrNull(event['type'])?.replace(/^com\.twilio\./, '');
  if (cloudType === undefined || !('specversion' in event)) {
    const { type, subject } = jsonAttributes(event);
    return { ...nothingKnown, kind: type ?? 'event', sid: subject ?? null };
  }
  if (events.length > 1) return { ...nothingKnown, kind: `${cloudType} ×${events.length}` };
  const data = (event['data'] ?? {}) as LogFields;
  const subject = cloudEventSubject({
    data,
    subject: textOrNull(event['subject']) ?? undefined,
    source: textOf(event['source']),
  });
  return { kind: cloudType, from: textOrNull(data['from']), to: textOrNull(data['to']), sid: subject ?? null };
};

const readEvents = (text: string): readonly LogFields[] => {
  try {
    const parsed: unknown = JSON.parse(text);
    return (Array.isArray(parsed) ? (parsed as readonly unknown[]) : [parsed]).filter(
      (event): event is LogFields => typeof event === 'object' && event !== null,
    );
  } catch {
    return [];
  }
};
