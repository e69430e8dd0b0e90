import { isMessageSid } from '../payload/sid';

/** A message in Twilio's list: the fields that are used. */
export interface ListedMessage {
  readonly sid: string;
  readonly direction: 'inbound' | 'outbound';
  readonly from: string;
  readonly to: string;
  readonly body: string;
  /** In lower case. */
  readonly status: string;
  readonly errorCode: string | undefined;
  readonly numMedia: number;
  readonly numSegments: string;
  readonly messagingServiceSid: string | undefined;
  readonly apiVersion: string;
  /** Undefined until Twilio has sent it. */
  readonly sentAt: Date | undefined;
  readonly createdAt: Date | undefined;
  readonly updatedAt: Date | undefined;
}

export interface ListPage {
  readonly messages: readonly ListedMessage[];
  /** The path of the next page; undefined after the last one. */
  readonly nextPage: string | undefined;
  /** Twilio's clock when it answered; undefined if the answer does not say so. */
  readonly at: Date | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

const textOf = (fields: Fields, name: string): string => {
  const value = fields[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};

const dateOf = (fields: Fields, name: string): Date | undefined => {
  const time = Date.parse(textOf(fields, name));
  return Number.isNaN(time) ? undefined : new Date(time);
};

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

/** @returns undefined for an entry without a message SID, which nothing could be stored under */
const listedMessage = (entry: unknown): ListedMessage | undefined => {
  if (!isObject(entry)) return undefined;
  const sid = textOf(entry, 'sid');
  if (!isMessageSid(sid)) return undefined;
  return {
    sid,
    direction: textOf(entry, 'direction') === 'inbound' ? 'inbound' : 'outbound',
    from: textOf(entry, 'from'),
    to: textOf(entry, 'to'),
    body: textOf(entry, 'body'),
    status: textOf(entry, 'status').toLowerCase(),
    errorCode: textOf(entry, 'error_code') || undefined,
    numMedia: Number(textOf(entry, 'num_media')) || 0,
    numSegments: textOf(entry, 'num_segments') || '1',
    messagingServiceSid: textOf(entry, 'messaging_service_sid') || undefined,
    apiVersion: textOf(entry, 'api_version') || '2010-04-01',
    sentAt: dateOf(entry, 'date_sent'),
    createdAt: dateOf(entry, 'date_created'),
    updatedAt: dateOf(entry, 'date_updated'),
  };
};

/** @returns undefined for an answer that is not a page of messages */
export const readListPage = (body: string): Pick<ListPage, 'messages' | 'nextPage'> | undefined => {
  const page = parsed(body);
  const messages = page?.['messages'];
  if (!Array.isArray(messages)) return undefined;
  return {
    messages: messages.map(listedMessage).filter((message) => message !== undefined),
    nextPage: textOf(page ?? {}, 'next_page_uri') || undefined,
  };
};

export interface ListedMedia {
  readonly url: string;
  readonly contentType: string;
}

/** @returns undefined for an answer that is not a list of media */
export const readMediaList = (body: string): readonly ListedMedia[] | undefined => {
  const list = parsed(body)?.['media_list'];
  if (!Array.isArray(list)) return undefined;
  return list.filter(isObject).map((media) => ({
    url: `https://api.twilio.com${textOf(media, 'uri').replace(/\.json$/, '')}`,
    contentType: textOf(media, 'content_type'),
  }));
};

const parsed = (body: string): Fields | undefined => {
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value : undefined;
  } catch {
    // JSON.parse quotes its input.
    return undefined;
  }
};
