import { randomBytes } from 'node:crypto';

/** In the order in which a message gets them. */
export const statuses = ['queued', 'sending', 'sent', 'delivered'] as const;
export type MessageStatus = (typeof statuses)[number];

/** A message that the stand-in was asked to send. */
export interface OutgoingMessage {
  readonly sid: string;
  readonly accountSid: string;
  readonly to: string;
  /** Null until a sender of the messaging service is chosen. */
  readonly from: string | null;
  readonly messagingServiceSid: string | null;
  readonly body: string;
  readonly mediaUrls: readonly string[];
  readonly statusCallback: string | null;
  /** The message that it answers, if the request said so. */
  readonly inReplyTo: string | null;
  readonly status: MessageStatus;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

export const newMessageSid = (hasMedia: boolean): string =>
  `${hasMedia ? 'MM' : 'SM'}${randomBytes(16).toString('hex')}`;

/** The basic set of GSM 03.38, without its escape character. */
const gsmBasic = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà]$/u;
/** Each of these characters takes two septets. */
const gsmExtended = /^[\f^{}\\[~\]|€]$/u;

/** @see https://www.twilio.com/docs/glossary/what-is-gsm-7-character-encoding */
export const segmentsOf = (body: string): number => {
  const characters = Array.from(body);
  const isGsm = characters.every((character) => gsmBasic.test(character) || gsmExtended.test(character));
  const length = isGsm
    ? characters.reduce((sum, character) => sum + (gsmExtended.test(character) ? 2 : 1), 0)
    : body.length;
  const [single, concatenated] = isGsm ? [160, 153] : [70, 67];
  return length <= single ? 1 : Math.ceil(length / concatenated);
};

/** RFC 2822, as in the 2010 API. */
export const apiDate = (milliseconds: number): string => new Date(milliseconds).toUTCString().replace('GMT', '+0000');

/** What the API shows of a message. Times are milliseconds since 1970. */
export interface MessageFacts {
  readonly sid: string;
  readonly accountSid: string;
  readonly direction: 'inbound' | 'outbound-api';
  readonly from: string | null;
  readonly to: string;
  readonly body: string;
  readonly status: string;
  readonly errorCode: number | null;
  readonly messagingServiceSid: string | null;
  readonly numMedia: number;
  readonly numSegments: number;
  readonly createdAt: number;
  /** Null until it is sent; of an incoming message when its webhook was sent. */
  readonly sentAt: number | null;
  readonly updatedAt: number;
}

export const messageFacts = (message: OutgoingMessage): MessageFacts => {
  const { sid, accountSid, from, to, body, status, messagingServiceSid, mediaUrls } = message;
  const isSent = status === 'sent' || status === 'delivered';
  return {
    ...{ sid, accountSid, direction: 'outbound-api', from, to, body, status, messagingServiceSid },
    errorCode: null,
    numMedia: mediaUrls.length,
    // A messaging service reports the number once it has chosen a sender.
    numSegments: messagingServiceSid !== null && !isSent ? 0 : segmentsOf(body),
    createdAt: Date.parse(message.createdAt),
    sentAt: isSent ? Date.parse(message.updatedAt) : null,
    updatedAt: Date.parse(message.updatedAt),
  };
};

/**
 * The message as Twilio's API shows it.
 * @see https://www.twilio.com/docs/messaging/api/message-resource
 */
export const messageResource = (message: MessageFacts) => {
  const { sid, accountSid, messagingServiceSid, createdAt, sentAt, updatedAt } = message;
  const uri = `/2010-04-01/Accounts/${accountSid}/Messages/${sid}`;
  return {
    sid,
    account_sid: accountSid,
    api_version: '2010-04-01',
    body: message.body,
    date_created: apiDate(createdAt),
    date_sent: sentAt === null ? null : apiDate(sentAt),
    date_updated: apiDate(updatedAt),
    direction: message.direction,
    error_code: message.errorCode,
    error_message: null,
    from: message.from,
    messaging_service_sid: messagingServiceSid,
    num_media: String(message.numMedia),
    num_segments: String(message.numSegments),
    price: null,
    price_unit: messagingServiceSid === null ? 'USD' : null,
    status: message.status,
    subresource_uris: { media: `${uri}/Media.json` },
    to: message.to,
    uri: `${uri}.json`,
  };
};
