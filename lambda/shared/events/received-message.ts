import { single, type Params } from '../payload/form';
import { isFallback, numMediaOf, otherParams, readMedia } from '../payload/message-params';
import { conversationIdOf } from './conversation';
import type { MessageReceived } from './gateway-event';

export interface ReceivedWebhook {
  readonly accountSid: string;
  readonly messageSid: string;
  readonly params: Params;
  /** Of the URL, without `?`; empty where the parameters come from it. */
  readonly query: string;
}

/** An incoming message as its `message.received` event will describe it. */
export const receivedMessage = ({ accountSid, messageSid, params, query }: ReceivedWebhook): MessageReceived => {
  const from = single(params, 'From') ?? '';
  const to = single(params, 'To') ?? '';
  const body = single(params, 'Body');
  const messagingServiceSid = firstOf(params, 'MessagingServiceSid');
  const optOutType = firstOf(params, 'OptOutType');
  return {
    messageSid,
    accountSid,
    from,
    to,
    conversationId: conversationIdOf(accountSid, from, to),
    ...(body !== undefined && { body }),
    media: readMedia(params, numMediaOf(params)),
    ...(messagingServiceSid !== undefined && { messagingServiceSid }),
    ...(optOutType !== undefined && { optOutType }),
    fallback: isFallback(params),
    query,
    params: otherParams(params),
  };
};

const firstOf = (params: Params, name: string): string | undefined => [params[name] ?? []].flat()[0];
