import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { callbackAddress, retryRules, type CallbackOutcome, type GatewayOrigins } from './callback-url';
import type { MessageStatus, OutgoingMessage } from './message';

/** In milliseconds: Twilio waits 15 s for the answer; between tries it waits longer each time. */
const answerTimeoutMs = 15_000;
const firstRetryMs = 100;

export interface CallbackSettings {
  readonly origins: GatewayOrigins;
  /** The Auth Token that the account has now. */
  readonly authToken: (accountSid: string) => Promise<string | undefined>;
  readonly signal: AbortSignal;
}

/** `YYMMDDhhmm`, as carriers report deliveries. */
const deliveryDate = (iso: string): string => iso.replace(/\D/g, '').slice(2, 12);

/** @see https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks */
const callbackParams = (message: OutgoingMessage, status: MessageStatus): Readonly<Record<string, string>> => ({
  ...(status === 'delivered' ? { RawDlrDoneDate: deliveryDate(message.updatedAt) } : {}),
  SmsSid: message.sid,
  SmsStatus: status,
  MessageStatus: status,
  To: message.to,
  ...(message.messagingServiceSid === null ? {} : { MessagingServiceSid: message.messagingServiceSid }),
  MessageSid: message.sid,
  AccountSid: message.accountSid,
  From: message.from ?? '',
  ApiVersion: '2010-04-01',
});

/**
 * Posts one status callback, signed, and retries it as its URL asks for.
 * @returns undefined if it was accepted, else why not
 */
export const postStatusCallback = async (
  message: OutgoingMessage,
  status: MessageStatus,
  { origins, authToken, signal }: CallbackSettings,
): Promise<string | undefined> => {
  const url = message.statusCallback;
  if (url === null) return undefined;
  const address = callbackAddress(url, origins);
  if (address === undefined) return 'its host is not this gateway, and the stand-in calls no other';
  const token = await authToken(message.accountSid);
  if (token === undefined) return "the account's secret no longer holds this account";
  const params = callbackParams(message, status);
  const request = {
    method: 'POST',
    redirect: 'manual',
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      'i-twilio-idempotency-token': randomUUID(),
      'user-agent': 'TwilioProxy/1.1',
      'x-twilio-signature': getExpectedTwilioSignature(token, address.signedUrl, params),
    },
    body: new URLSearchParams(params).toString(),
  } as const;
  const { maxRetries, after } = retryRules(url);
  for (let retries = 0; ; retries += 1) {
    const outcome = await post(address.postUrl, request, signal);
    if (typeof outcome === 'number' && outcome < 400) return undefined;
    if (retries >= maxRetries || !after(outcome)) return describe(outcome);
    await sleep(firstRetryMs * 2 ** retries, undefined, { signal });
  }
};

const post = async (url: string, request: RequestInit, signal: AbortSignal): Promise<CallbackOutcome> => {
  try {
    const timeout = AbortSignal.timeout(answerTimeoutMs);
    const answer = await fetch(url, { ...request, signal: AbortSignal.any([signal, timeout]) });
    await answer.body?.cancel();
    return answer.status;
  } catch (error) {
    signal.throwIfAborted();
    return error instanceof Error && error.name === 'TimeoutError' ? 'rt' : 'ct';
  }
};

const describe = (outcome: CallbackOutcome): string => {
  if (outcome === 'ct') return 'there is no connection';
  return outcome === 'rt' ? 'there was no answer in time' : `the answer was ${outcome}`;
};
