import { randomBytes } from 'node:crypto';
import { testAccount } from '../../helpers/test-account';
import { startLoopbackServer } from './loopback-server';

/** The reply secret of the rehearsal. */
export const replyKey = {
  accountSid: testAccount.accountSid,
  apiKey: `SK${'1'.repeat(32)}`,
  apiSecret: 'rehearsal',
} as const;

/** A message that Twilio was asked to send. */
export interface SentReply {
  /** The SID of the message that it answers. */
  readonly inReplyTo: string;
  readonly form: Readonly<Record<string, string>>;
  readonly startedAt: number;
  readonly endedAt: number;
}

export interface MessageApi {
  /** For `TWILIO_API_BASE_URL`. */
  readonly baseUrl: string;
  readonly replies: readonly SentReply[];
  close(): Promise<void>;
}

/** Long enough that requests of two conversations overlap. */
const answerAfterMs = 300;
const path = `/api.twilio.com/2010-04-01/Accounts/${replyKey.accountSid}/Messages.json`;
const authorization = `Basic ${Buffer.from(`${replyKey.apiKey}:${replyKey.apiSecret}`).toString('base64')}`;

/** Twilio's message API on the loopback interface: keeps what it is asked to send, and sends nothing. */
export const startMessageApi = async (): Promise<MessageApi> => {
  const replies: SentReply[] = [];
  const server = await startLoopbackServer(({ request, body, startedAt }) => {
    if (request.method !== 'POST' || request.url !== path || request.headers.authorization !== authorization) {
      return { status: 401, body: { code: 20003 } };
    }
    replies.push({
      inReplyTo: String(request.headers['x-gateway-in-reply-to']),
      form: Object.fromEntries(new URLSearchParams(body)),
      startedAt,
      endedAt: performance.now(),
    });
    return { status: 201, body: { sid: `SM${randomBytes(16).toString('hex')}`, status: 'queued' } };
  }, answerAfterMs);
  return { baseUrl: server.url, replies, close: server.close };
};
