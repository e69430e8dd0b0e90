import type { MessageReceived } from '../../shared/events/gateway-event';
import { TwilioApiError } from '../../shared/twilio/twilio-api-error';
import { createTwilioHttpClient, type TwilioHttpResponse } from '../../shared/twilio/twilio-http';
import { PermanentError } from '../permanent-error';
import type { ReplyContent, SendReply } from '../ports';
import { TemporaryError } from '../temporary-error';
import type { ReplyKey } from '../../shared/credentials/reply-secret';

/** The keys of the reply secret, cached. */
export interface ReplyKeys {
  /** @throws TemporaryError if the secret has no usable key for the account */
  find(accountSid: string): Promise<ReplyKey>;
  /** Reads the secret again, because Twilio refused the key `refused`. */
  findAfter(refused: ReplyKey): Promise<ReplyKey>;
}

export interface TwilioReplyOptions {
  readonly keys: ReplyKeys;
  /** The stage's `/status`, so that the gateway stores what became of the reply. */
  readonly statusCallbackUrl: string | undefined;
  /** See `createTwilioHttpClient`. */
  readonly baseUrl: string | undefined;
  /** For one attempt. @default 5000 */
  readonly timeoutMs?: number;
}

const maxRetries = 3;
/** "Attempt to send to unsubscribed recipient": https://www.twilio.com/docs/api/errors/21610 */
const optedOutCode = 21610;
/** 401 and 403 end when the secret or the account is corrected. The others are temporary by definition. */
const retriedStatuses: readonly number[] = [401, 403, 408, 425, 429];

/**
 * Sends each reply with one POST to Twilio's REST API. The `twilio` package would add 390 kB to the bundle.
 * @see https://www.twilio.com/docs/messaging/api/message-resource#create-a-message
 */
export const createTwilioReply =
  ({ keys, statusCallbackUrl, baseUrl, timeoutMs = 5_000 }: TwilioReplyOptions): SendReply =>
  async (message, content, signal) => {
    const client = createTwilioHttpClient({ baseUrl, timeoutMs, signal, maxRetries });
    const data = replyForm(message, content, statusCallbackUrl);
    const post = ({ accountSid, apiKey, apiSecret }: ReplyKey) =>
      client.request({
        method: 'POST',
        uri: `https://api.twilio.com/2010-04-01/Accounts/${accountSid}/Messages.json`,
        username: apiKey,
        password: apiSecret,
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          accept: 'application/json',
          // For the stand-in of a local gateway, which shows what a reply answers. Twilio never gets it.
          ...(baseUrl === undefined ? {} : { 'X-Gateway-In-Reply-To': message.messageSid }),
        },
        data,
      });
    const key = await keys.find(message.accountSid);
    let answer = await post(key);
    if (answer.statusCode === 401) {
      const current = await keys.findAfter(key);
      if (current.apiKey !== key.apiKey || current.apiSecret !== key.apiSecret) answer = await post(current);
    }
    return resultOf(answer);
  };

/**
 * The parameters of a reply, with `From` and `To` swapped. Next to a Messaging Service, `From` must be one of the
 * service's senders, which is true of the address that received the message.
 */
export const replyForm = (
  { from, to, messagingServiceSid }: MessageReceived,
  { body, mediaUrl, contentSid, contentVariables }: ReplyContent,
  statusCallbackUrl: string | undefined,
): Readonly<Record<string, string | readonly string[]>> => {
  if (!body && (mediaUrl === undefined || mediaUrl.length === 0) && contentSid === undefined) {
    throw new PermanentError('the reply has no body, media or template');
  }
  return {
    To: from,
    From: to,
    ...(messagingServiceSid === undefined ? {} : { MessagingServiceSid: messagingServiceSid }),
    ...(body === undefined ? {} : { Body: body }),
    ...(mediaUrl === undefined ? {} : { MediaUrl: mediaUrl }),
    ...(contentSid === undefined ? {} : { ContentSid: contentSid }),
    ...(contentVariables === undefined ? {} : { ContentVariables: contentVariables }),
    ...(statusCallbackUrl === undefined ? {} : { StatusCallback: statusCallbackUrl }),
  };
};

const resultOf = ({ statusCode, body }: TwilioHttpResponse) => {
  const { sid, code } = fieldsOf(body);
  if (statusCode >= 200 && statusCode < 300) {
    // Sent, even if the answer cannot be read.
    return { kind: 'sent', messageSid: typeof sid === 'string' ? sid : undefined } as const;
  }
  if (code === optedOutCode) return { kind: 'opted_out' } as const;
  const { message } = new TwilioApiError(statusCode, typeof code === 'number' ? code : undefined);
  const isFinal = statusCode >= 400 && statusCode < 500 && !retriedStatuses.includes(statusCode);
  throw isFinal ? new PermanentError(message) : new TemporaryError(message);
};

const fieldsOf = (text: string): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
};
