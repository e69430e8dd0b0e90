import { createHash } from 'node:crypto';
import { apiDate, messageFacts, segmentsOf, type MessageFacts, type OutgoingMessage } from '../message';
import type { GenuineWebhook } from './genuine-webhook';

/** A message as Twilio's lists have it. */
export interface ListedMessage extends MessageFacts {
  readonly media: readonly ListedMedium[];
}

export interface ListedMedium {
  readonly sid: string;
  readonly contentType: string;
}

const messageSid = /^(?:SM|MM)[0-9a-f]{32}$/i;
const mediumSid = /\/(ME[0-9a-f]{32})$/i;
const serviceSid = /^MG[0-9a-f]{32}$/i;
const maxMedia = 10;

/** In the order in which a message gets them; `failed` and `undelivered` end one that is not delivered. */
const statusOrder = [
  ...['receiving', 'received', 'scheduled', 'accepted', 'queued', 'sending', 'sent', 'canceled', 'failed'],
  ...['undelivered', 'partially_delivered', 'delivered', 'read'],
];
/** Twilio has a `date_sent` for these. */
const sentStatuses = ['receiving', 'received', 'sent', 'undelivered', 'partially_delivered', 'delivered', 'read'];

/**
 * The message that a webhook is about: an incoming one, or an outgoing one with the status that is reported; undefined
 * if it is about something else.
 */
export const messageOf = ({ at, accountSid, param }: GenuineWebhook): ListedMessage | undefined => {
  const sid = param('MessageSid') || param('SmsSid');
  if (!messageSid.test(sid)) return undefined;
  const reported = param('MessageStatus') || param('SmsStatus');
  const isIncoming = reported === '' || reported === 'received' || reported === 'receiving';
  const status = isIncoming ? 'received' : reported;
  if (!statusOrder.includes(status)) return undefined;
  const service = param('MessagingServiceSid');
  const errorCode = param('ErrorCode');
  const body = param('Body');
  const media = mediaOf(sid, param);
  return {
    sid,
    accountSid,
    direction: isIncoming ? 'inbound' : 'outbound-api',
    from: param('From') || null,
    to: param('To'),
    body,
    status,
    // In an incoming message it says why the fallback URL was called.
    errorCode: !isIncoming && /^\d{1,9}$/.test(errorCode) ? Number(errorCode) : null,
    messagingServiceSid: serviceSid.test(service) ? service : null,
    numMedia: media.length,
    numSegments: /^\d{1,4}$/.test(param('NumSegments')) ? Number(param('NumSegments')) : segmentsOf(body),
    createdAt: at,
    sentAt: sentStatuses.includes(status) ? at : null,
    updatedAt: at,
    media,
  };
};

const mediaOf = (sid: string, param: GenuineWebhook['param']): readonly ListedMedium[] =>
  Array.from({ length: Math.min(Number(param('NumMedia')) || 0, maxMedia) }, (_, at) => {
    const madeUp = `ME${createHash('md5').update(`${sid} ${at}`).digest('hex')}`;
    return {
      sid: mediumSid.exec(param(`MediaUrl${at}`))?.[1] ?? madeUp,
      contentType: param(`MediaContentType${at}`) || 'application/octet-stream',
    };
  });

/** The message after a webhook about it. Status callbacks arrive in any order, and Twilio's status never goes back. */
export const messageAfter = (known: ListedMessage, next: ListedMessage): ListedMessage => {
  const isForward = statusOrder.indexOf(next.status) > statusOrder.indexOf(known.status);
  if (!isForward || known.direction === 'inbound') return known;
  const { status, errorCode, updatedAt } = next;
  return { ...known, status, errorCode, updatedAt, sentAt: known.sentAt ?? next.sentAt };
};

/** A message that the stand-in was asked to send. */
export const listedMessage = (message: OutgoingMessage): ListedMessage => ({
  ...messageFacts(message),
  media: message.mediaUrls.map((url) => ({
    sid: `ME${createHash('md5').update(`${message.sid} ${url}`).digest('hex')}`,
    contentType: 'application/octet-stream',
  })),
});

/** @see https://www.twilio.com/docs/messaging/api/media-resource */
export const mediumResource = ({ sid, accountSid, createdAt }: ListedMessage, medium: ListedMedium) => {
  const date = apiDate(createdAt);
  return {
    sid: medium.sid,
    account_sid: accountSid,
    parent_sid: sid,
    content_type: medium.contentType,
    date_created: date,
    date_updated: date,
    uri: `/2010-04-01/Accounts/${accountSid}/Messages/${sid}/Media/${medium.sid}.json`,
  };
};
