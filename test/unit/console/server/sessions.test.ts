import type * as crypto from 'node:crypto';
import { createSessions, isSameSecret } from '../../../../console/server/http/sessions';
import { sessionHeader } from '../../../../console/api';
import { send, startTestConsole, type TestConsole } from './console-fixture';

const compared = jest.spyOn(jest.requireActual<typeof crypto>('node:crypto'), 'timingSafeEqual');
const json = { 'content-type': 'application/json' };

describe('the token', () => {
  let served: TestConsole;
  beforeAll(async () => {
    served = await startTestConsole();
  }, 60_000);
  afterAll(() => served.close());

  const exchange = (body: unknown) => send(served.port, '/api/session', { method: 'POST', headers: json, body });

  test('has 256 bits, and is another one for each console', async () => {
    expect(Buffer.from(served.token, 'base64url')).toHaveLength(32);
    const other = await startTestConsole();
    expect(other.token).not.toBe(served.token);
    await other.close();
  });

  test('is exchanged for a session, which is another one for each page', async () => {
    const sessions = [await served.session(), await served.session()];
    expect(new Set([...sessions, served.token]).size).toBe(3);
    for (const session of sessions) {
      const answer = await send(served.port, '/api/gateway', { headers: { [sessionHeader]: session } });
      expect(answer.status).toBe(200);
    }
  });

  test.each([
    ['missing', {}],
    ['empty', { token: '' }],
    ['not a text', { token: [1] }],
    ['guessed', { token: 'A'.repeat(43) }],
  ])('%s gets no session', async (_, body) => {
    const { status, text } = await exchange(body);
    expect(status).toBe(403);
    expect(text).toContain('"reason":"no_session"');
  });

  test('with one wrong character at the beginning or the end, or with more, gets no session', async () => {
    const { token } = served;
    const other = (character: string): string => (character === 'A' ? 'B' : 'A');
    const wrong = [
      `${other(token.charAt(0))}${token.slice(1)}`,
      `${token.slice(0, -2)}${other(token.charAt(token.length - 2))}${token.slice(-1)}`,
      token.slice(0, -1),
      `${token}A`,
    ];
    for (const guess of wrong) expect((await exchange({ token: guess })).status).toBe(403);
  });

  test('is compared in constant time, whatever the length and the beginning of a guess', () => {
    for (const guess of ['', 'x', served.token, served.token.slice(0, 20), 'y'.repeat(10_000)]) {
      compared.mockClear();
      expect(isSameSecret(guess, served.token)).toBe(guess === served.token);
      expect(compared).toHaveBeenCalledTimes(1);
      const [given, expected] = compared.mock.calls[0] ?? [];
      // The lengths are those of a hash, so that they say nothing.
      expect([given?.byteLength, expected?.byteLength]).toEqual([32, 32]);
    }
  });

  test('is taken in a POST with JSON only', async () => {
    expect((await send(served.port, `/api/session?token=${served.token}`, {})).status).toBe(405);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await send(served.port, '/api/session', {
      method: 'POST',
      headers: form,
      body: `token=${served.token}`,
    });
    expect(answer.status).toBe(415);
    expect((await exchange({ token: served.token, more: 'x'.repeat(2000) })).status).toBe(413);
  });

  test('is in no answer', async () => {
    for (const path of ['/', '/page.js', '/api/gateway', '/api/queues', '/nothing']) {
      expect((await served.call(path)).text).not.toContain(served.token);
    }
  });
});

describe('a session', () => {
  let served: TestConsole;
  beforeAll(async () => {
    served = await startTestConsole();
  }, 60_000);
  afterAll(() => served.close());

  test.each(['/api/gateway', '/api/webhooks', '/api/live', '/api/media', '/api/health', '/api/nothing'])(
    'is needed for GET %s, in its header only',
    async (path) => {
      const session = await served.session();
      const tries: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
        [path, {}],
        [path, { [sessionHeader]: '' }],
        [path, { [sessionHeader]: 'A'.repeat(43) }],
        [path, { [sessionHeader]: served.token }],
        [path, { cookie: `${sessionHeader}=${session}` }],
        [path, { authorization: `Bearer ${session}` }],
        [`${path}?${sessionHeader}=${session}`, {}],
      ];
      for (const [tried, headers] of tries) {
        const answer = await send(served.port, tried, { headers });
        expect(answer.status).toBe(403);
        expect(answer.text).toContain('"reason":"no_session"');
      }
    },
  );

  test.each(['/api/send', '/api/replay', '/api/explain', '/api/queues/events/redrive'])(
    'is needed for POST %s',
    async (path) => {
      expect((await send(served.port, path, { method: 'POST', headers: json, body: {} })).status).toBe(403);
    },
  );

  test('of another console is not one of this', async () => {
    const other = await startTestConsole();
    const headers = { [sessionHeader]: await other.session() };
    await other.close();
    expect((await send(served.port, '/api/gateway', { headers })).status).toBe(403);
  });

  test('ends when a hundred others have begun', () => {
    const sessions = createSessions();
    const first = sessions.open(sessions.token) ?? '';
    for (let more = 0; more < 99; more += 1) sessions.open(sessions.token);
    expect(sessions.isOpen(first)).toBe(true);
    sessions.open(sessions.token);
    expect(sessions.isOpen(first)).toBe(false);
  });

  test('is given once for the address that a command line opens', async () => {
    const once = new URL(served.oneTimeUrl()).hash.replace('#token=', '');
    const exchange = () => send(served.port, '/api/session', { method: 'POST', headers: json, body: { token: once } });
    expect((await exchange()).status).toBe(200);
    expect((await exchange()).status).toBe(403);
  });
});
