import { createHash } from 'node:crypto';
import { statusKey } from '../contract/table';
import type { Envelope } from '../payload/envelope';
import type { ListedMedia, ListedMessage } from './listed-message';

/** `requestId` of the marker that `gateway erase` leaves, so that an erased message is not backfilled. */
export const erasedRequestId = 'erased';

/** The status of an outgoing message; undefined for an incoming message. */
type Status = Pick<ListedMessage, 'status' | 'errorCode'> | undefined;

/** What a backfill has instead of the hash of a signed text: the same each time, so a repeated one is a duplicate. */
export const backfillTextHash = (accountSid: string, messageSid: string, status: Status): string =>
  createHash('sha256')
    .update(
      JSON.stringify([
        'backfill',
        accountSid,
        messageSid,
        ...(status === undefined ? [] : [statusKey(status.status, status.errorCode)]),
      ]),
    )
    .digest('hex');

/**
 * The webhook that Twilio would have sent for a message in its list, as far as the list knows it: it has no countries
 * and cities, no `OptOutType`, and nothing that only WhatsApp sends.
 * @see https://www.twilio.com/docs/messaging/guides/webhook-request
 */
export const backfillEnvelope = (
  accountSid: string,
  message: ListedMessage,
  media: readonly ListedMedia[],
  now: Date,
): Envelope => {
  const isIncoming = message.direction === 'inbound';
  const status = isIncoming ? undefined : message;
  const hash = backfillTextHash(accountSid, message.sid, status);
  return {
    eventId: status === undefined ? message.sid : `${message.sid}#${statusKey(status.status, status.errorCode)}`,
    signedTextHash: hash,
    kind: isIncoming ? 'message' : 'status',
    route: isIncoming ? 'messages' : 'status',
    accountSid,
    contentType: 'form',
    body: Buffer.from(new URLSearchParams(formOf(accountSid, message, media)).toString()),
    query: '',
    receivedAt: now.toISOString(),
    // The same each time, so that a backfill whose first queue message was lost is stored after all.
    requestId: `backfill-${hash.slice(0, 32)}`,
    tokenSlot: 'current',
    via: 'backfill',
  };
};

const formOf = (
  accountSid: string,
  message: ListedMessage,
  media: readonly ListedMedia[],
): Readonly<Record<string, string>> => ({
  MessageSid: message.sid,
  SmsSid: message.sid,
  AccountSid: accountSid,
  ...(message.messagingServiceSid === undefined ? {} : { MessagingServiceSid: message.messagingServiceSid }),
  From: message.from,
  To: message.to,
  ...(message.direction === 'inbound' ? incomingForm(message, media) : statusForm(message)),
  ApiVersion: message.apiVersion,
});

const incomingForm = (
  { sid, body, numMedia, numSegments }: ListedMessage,
  media: readonly ListedMedia[],
): Readonly<Record<string, string>> => ({
  SmsMessageSid: sid,
  SmsStatus: 'received',
  Body: body,
  NumSegments: numSegments,
  NumMedia: String(numMedia),
  ...Object.fromEntries(
    media.flatMap(({ url, contentType }, at) => [
      [`MediaUrl${at}`, url],
      [`MediaContentType${at}`, contentType],
    ]),
  ),
});

const statusForm = ({ status, errorCode }: ListedMessage): Readonly<Record<string, string>> => ({
  MessageStatus: status,
  SmsStatus: status,
  ...(errorCode === undefined ? {} : { ErrorCode: errorCode }),
});
