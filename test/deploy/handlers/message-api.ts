import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { testAccount } from '../../helpers/test-account';

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
  const server = createServer((request, response) => {
    const startedAt = performance.now();
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      void sleep(answerAfterMs).then(() => {
        if (request.method !== 'POST' || request.url !== path || request.headers.authorization !== authorization) {
          response.writeHead(401, { 'content-type': 'application/json' }).end('{"code":20003}');
          return;
        }
        replies.push({
          inReplyTo: String(request.headers['x-gateway-in-reply-to']),
          form: Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString())),
          startedAt,
          endedAt: performance.now(),
        });
        const sid = `SM${randomBytes(16).toString('hex')}`;
        response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ sid, status: 'queued' }));
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    replies,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
};
