import type { ConversationKey, EventPage, MessagePage } from '../../api';
import type { EventDetails } from '../../../cli/clients/dynamodb/event-view';
import type { MessageDetails } from '../../../cli/clients/dynamodb/message-view';
import { isTwilioMediaUrl } from '../../../cli/media/media-url';

export const messagePage = (message: MessageDetails): Omit<MessagePage, 'curl'> => {
  const { sid, accountSid, direction, from, to, status, media, params, history, updatedAt } = message;
  return {
    message: {
      id: sid,
      kind: 'message',
      type: `message.${status ?? 'unknown'}`,
      accountSid,
      subject: sid,
      receivedAt: message.receivedAt,
      recognized: true,
      direction,
      from,
      to,
      body: message.body,
      numMedia: media.length,
      status,
      errorCode: message.errorCode,
      messageType: message.messageType,
      optOutType: message.optOutType,
      reason: null,
      via: message.via,
      updatedAt,
      media: media.map(({ url, contentType }) => ({
        url,
        contentType,
        isTwilio: url !== null && isTwilioMediaUrl(url),
      })),
      params,
      query: message.query,
    },
    history,
    conversation: conversationOf(message),
  };
};

const conversationOf = ({ accountSid, direction, from, to }: MessageDetails): ConversationKey | null => {
  if (accountSid === null || from === null || to === null) return null;
  return direction === 'inbound' ? { accountSid, own: to, person: from } : { accountSid, own: from, person: to };
};

/** A parameter of the webhook, such as the caller of a voice call. */
const paramOf = ({ params }: EventDetails, ...names: readonly string[]): string | null => {
  const found = names.map((name) => params?.[name]).find((value) => typeof value === 'string');
  return typeof found === 'string' ? found : null;
};

export const eventView = (event: EventDetails): EventPage['event'] => ({
  id: event.id,
  kind: event.kind,
  type: event.type,
  accountSid: event.accountSid,
  subject: event.subject,
  receivedAt: event.receivedAt,
  recognized: event.recognized,
  direction: event.kind === 'status' ? 'outbound' : paramOf(event, 'Direction'),
  from: paramOf(event, 'From'),
  to: paramOf(event, 'To'),
  body: paramOf(event, 'Body'),
  numMedia: 0,
  status: paramOf(event, 'MessageStatus', 'CallStatus'),
  errorCode: paramOf(event, 'ErrorCode'),
  messageType: null,
  optOutType: null,
  reason: event.reason,
  via: event.via,
  source: event.source,
  route: event.route,
  query: event.query,
  params: event.params,
  payload: event.payload,
  payloadBase64: event.payloadBase64,
});
