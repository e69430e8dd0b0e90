import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createReplyKeys } from '../../../lambda/handlers/aws/reply-keys';
import { PermanentError } from '../../../lambda/handlers/permanent-error';
import { parseReplySecret, type ReplyKey } from '../../../lambda/shared/credentials/reply-secret';
import { replyTo } from '../../../lambda/handlers/reply/reply-to';
import { createTwilioReply, replyForm } from '../../../lambda/handlers/reply/twilio-reply';
import { TemporaryError } from '../../../lambda/handlers/temporary-error';
import { messageReceived } from '../../../lambda/handlers/testing';

const accountSid = `AC${'0'.repeat(32)}`;
const key: ReplyKey = { accountSid, apiKey: `SK${'1'.repeat(32)}`, apiSecret: 'first-secret' };
const { data: message } = messageReceived({ body: 'hi' });
const signal = new AbortController().signal;
const statusCallbackUrl = 'https://example.com/dev/status#rc=3';

interface Got {
  readonly path: string | undefined;
  readonly user: string;
  readonly form: Readonly<Record<string, readonly string[]>>;
}
/** Answers in this order, then with success. */
let answers: { readonly status: number; readonly body?: object | string }[] = [];
let got: Got[] = [];
let server: Server;
let baseUrl = '';

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const form = new URLSearchParams(Buffer.concat(chunks).toString());
      got.push({
        path: request.url,
        user: Buffer.from((request.headers.authorization ?? '').replace('Basic ', ''), 'base64').toString(),
        form: Object.fromEntries([...form.keys()].map((name) => [name, form.getAll(name)])),
      });
      const { status, body = {} } = answers.shift() ?? { status: 201, body: { sid: 'SM1' } };
      if (status === 0) return;
      response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server on a port has an AddressInfo.
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  answers = [];
  got = [];
});

const sender = (current: ReplyKey = key) =>
  createTwilioReply({
    keys: { find: () => Promise.resolve(key), findAfter: () => Promise.resolve(current) },
    statusCallbackUrl,
    baseUrl,
    timeoutMs: 200,
  });
const send = (current?: ReplyKey) => sender(current)(message, { body: 'hello' }, signal);
const errorOf = async (promise: Promise<unknown>): Promise<Error> => {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  // An abort's reason is of another realm than Jest's.
  return error as Error;
};

describe('a reply', () => {
  test('is one POST from the address that the message came to, with the status callback of the stage', async () => {
    const { data } = messageReceived({ messagingServiceSid: `MG${'2'.repeat(32)}` });
    const content = { body: 'hello', mediaUrl: ['https://example.com/1.png', 'https://example.com/2.png'] };
    expect(await sender()(data, content, signal)).toEqual({ kind: 'sent', messageSid: 'SM1' });
    expect(got).toEqual([
      {
        path: `/api.twilio.com/2010-04-01/Accounts/${accountSid}/Messages.json`,
        user: `${key.apiKey}:first-secret`,
        form: {
          To: [data.from],
          From: [data.to],
          MessagingServiceSid: [data.messagingServiceSid],
          Body: ['hello'],
          MediaUrl: content.mediaUrl,
          StatusCallback: [statusCallbackUrl],
        },
      },
    ]);
  });

  test('has only what is given: a template without text, and no callback', () => {
    expect(replyForm(message, { contentSid: 'HX1', contentVariables: '{"1":"x"}' }, undefined)).toEqual({
      To: message.from,
      From: message.to,
      ContentSid: 'HX1',
      ContentVariables: '{"1":"x"}',
    });
  });

  test.each([{}, { body: '' }, { mediaUrl: [] }])('without content is rejected: %j', (content) => {
    expect(() => replyForm(message, content, undefined)).toThrow(PermanentError);
  });

  test('counts as sent if Twilio accepted it but the answer cannot be read', async () => {
    answers = [{ status: 201, body: '<html>' }];
    expect(await send()).toEqual({ kind: 'sent', messageSid: undefined });
  });

  test('is retried at once after a 429', async () => {
    answers = [{ status: 429 }, { status: 429 }];
    expect(await send()).toMatchObject({ kind: 'sent' });
    expect(got).toHaveLength(3);
  });

  test('reads the secret again after a 401, and uses a new key', async () => {
    answers = [{ status: 401, body: { code: 20003 } }];
    expect(await send({ ...key, apiSecret: 'second-secret' })).toMatchObject({ kind: 'sent' });
    expect(got.map(({ user }) => user.split(':')[1])).toEqual(['first-secret', 'second-secret']);
  });

  test('fails temporarily after one request if the secret still has the key that got a 401', async () => {
    answers = [{ status: 401, body: { code: 20003 } }];
    expect(await errorOf(send())).toBeInstanceOf(TemporaryError);
    expect(got).toHaveLength(1);
  });

  test('to a person who has opted out at Twilio is not sent, and not an error', async () => {
    answers = [{ status: 400, body: { code: 21610, message: 'Attempt to send to +15550100' } }];
    expect(await send()).toEqual({ kind: 'opted_out' });
  });

  test.each([
    [400, PermanentError],
    [404, PermanentError],
    [403, TemporaryError],
    [408, TemporaryError],
    [302, TemporaryError],
    [500, TemporaryError],
    [503, TemporaryError],
  ])("that is answered %i throws an error without Twilio's message", async (status, type) => {
    answers = [{ status, body: { code: 21211, message: "The 'To' number +15550100 is not valid: hello" } }];
    const error = await errorOf(send());
    expect(error).toBeInstanceOf(type);
    expect(error.message).toContain(`answered ${status} (error 21211`);
    expect(error.message).not.toMatch(/\+1555|hello/);
    expect(got).toHaveLength(1);
  });

  test('without an answer in time throws an ordinary error, and is not sent a second time here', async () => {
    answers = [{ status: 0 }];
    const error = await errorOf(send());
    expect(error.name).toBe('TimeoutError');
    expect(error).not.toBeInstanceOf(PermanentError);
    expect(got).toHaveLength(1);
  });
});

describe('reply()', () => {
  const tools = (log: unknown[], sent: unknown[]) => ({
    signal,
    log: (...line: unknown[]) => void log.push(line),
    sendReply: (_message: unknown, content: unknown) => {
      sent.push(content);
      return Promise.resolve({ kind: 'sent', messageSid: 'SM1' } as const);
    },
  });

  test('takes a text', async () => {
    const sent: unknown[] = [];
    expect(await replyTo(message, 'hello', tools([], sent))).toEqual({ kind: 'sent', messageSid: 'SM1' });
    expect(sent).toEqual([{ body: 'hello' }]);
  });

  test('sends nothing to a person who has just opted out, and logs why', async () => {
    const [log, sent]: [unknown[], unknown[]] = [[], []];
    const result = await replyTo({ ...message, optOutType: 'STOP' }, 'hello', tools(log, sent));
    expect([result, sent]).toEqual([{ kind: 'opted_out' }, []]);
    expect(log).toEqual([['reply_not_sent', { detail: 'the person has opted out' }]]);
  });

  test('cannot answer an event without data', async () => {
    await expect(replyTo(undefined, 'hello', tools([], []))).rejects.toBeInstanceOf(PermanentError);
  });
});

describe('the reply secret', () => {
  const other = { ...key, accountSid: `AC${'9'.repeat(32)}` };

  test('contains one key, or one for each account', () => {
    expect(parseReplySecret(JSON.stringify(key))).toEqual({ kind: 'ok', keys: [key] });
    expect(parseReplySecret(JSON.stringify([key, other]))).toEqual({ kind: 'ok', keys: [key, other] });
    expect(parseReplySecret(JSON.stringify({ accountSid: 'CHANGE_ME', apiSecret: 'x' }))).toEqual({
      kind: 'placeholder',
    });
  });

  test.each([
    ['', 'is empty'],
    ['top-secret', 'is not JSON'],
    ['[]', 'is an empty list'],
    ['["top-secret"]', 'is not an object'],
    [JSON.stringify({ ...key, accountSid: 'top-secret' }), 'accountSid'],
    [JSON.stringify({ ...key, apiKey: 'top-secret' }), 'apiKey'],
    [JSON.stringify({ ...key, apiSecret: 'top secret' }), 'apiSecret'],
    [JSON.stringify([key, key]), 'has an account twice'],
  ])('is refused without being quoted: %s', (text, detail) => {
    const result = parseReplySecret(text);
    if (result.kind !== 'invalid') throw new Error(`It is ${result.kind}.`);
    expect(result.detail).toContain(detail);
    expect(result.detail).not.toMatch(/top.secret|first-secret/);
  });

  const cache = (texts: readonly string[]) => {
    let reads = 0;
    const lookup = () => ({ kind: 'value', value: texts[reads] ?? '', failure: undefined }) as const;
    return {
      get: () => Promise.resolve(lookup()),
      refresh: () => {
        reads += 1;
        return Promise.resolve({ kind: 'ok', value: texts[reads] ?? '' } as const);
      },
    };
  };

  test('gives the key of the account of the message, and a new one after a refusal', async () => {
    const renewed = { ...other, apiSecret: 'renewed' };
    const keys = createReplyKeys(cache([JSON.stringify([key, other]), JSON.stringify([key, renewed])]));
    expect(await keys.find(other.accountSid)).toEqual(other);
    expect(await keys.findAfter(other)).toEqual(renewed);
  });

  test.each([
    [JSON.stringify(other), 'no key for the account'],
    ['{"accountSid":"CHANGE_ME"}', 'placeholder'],
    ['{', 'is not JSON'],
  ])('without a usable key is a temporary error: %s', async (text, why) => {
    const error = await errorOf(createReplyKeys(cache([text])).find(accountSid));
    expect(error).toBeInstanceOf(TemporaryError);
    expect(error.message).toContain(why);
  });
});
