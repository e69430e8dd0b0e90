import { request as httpRequest } from 'node:http';
import type { Backend } from '../../../../cli/clients/ports';
import { sessionHeader } from '../../../../console/api';
import { consoleRoutes } from '../../../../console/server/routes';
import { accountSid, fakeTarget } from '../../cli/fake-environment';
import { fakeBackend, fakeContext, startTestConsole, type TestConsole } from './console-fixture';

const production = { ...fakeTarget, name: 'stage prod', stage: 'prod', production: true };

/** A gateway that notes what would change it. */
const watched = (target: Backend['target'] = fakeTarget) => {
  const done: string[] = [];
  const backend = fakeBackend({
    target: { ...target, topicArn: 'arn:topic', handlers: [{ name: 'Replies', queue: 'q', deadLetterQueue: 'd' }] },
    deadLetters: () =>
      Promise.resolve({
        receive: () => Promise.resolve([]),
        release: () => Promise.resolve(0),
        counts: () => Promise.resolve({ visible: 3, inFlight: 0 }),
        startMove: () => {
          done.push('redrive');
          return Promise.resolve();
        },
        latestMove: () => Promise.resolve(undefined),
        movedSince: () => Promise.resolve(0),
      }),
    publishing: () => {
      done.push('replay');
      return Promise.reject(new Error('enough'));
    },
  });
  const post = () => {
    done.push('send');
    return Promise.resolve({ kind: 'answer' as const, status: 200, contentType: '', body: '', durationMs: 1 });
  };
  return { done, gateway: { backend: () => Promise.resolve(backend), context: { ...fakeContext, post } } };
};

const changes: readonly (readonly [string, object, string])[] = [
  ['/api/send', { kind: 'sms' }, 'send'],
  ['/api/replay', { id: `SM${'a'.repeat(32)}`, accountSid }, 'replay'],
  ['/api/queues/events/redrive', {}, 'redrive'],
];

const open: TestConsole[] = [];
const start = async (...given: Parameters<typeof startTestConsole>): Promise<TestConsole> => {
  const served = await startTestConsole(...given);
  open.push(served);
  return served;
};
afterEach(async () => {
  for (const served of open.splice(0)) await served.close();
});

test('these three are all changes that there are', () => {
  const parts = { gateway: { ...watched().gateway, allowsChanges: true }, accounts: () => Promise.resolve([]) };
  const paths = consoleRoutes(parts).flatMap((route) => (route.changes ? [route.path.replace(':name', 'events')] : []));
  expect(paths.sort()).toEqual(changes.map(([path]) => path).sort());
});

describe.each(changes)('the change %s', (path, body, effect) => {
  test('happens by a POST with JSON', async () => {
    const { done, gateway } = watched();
    await (await start(gateway)).call(path, { method: 'POST', body });
    expect(done).toEqual([effect]);
  });

  test('does not happen by another method, whatever the address says', async () => {
    const { done, gateway } = watched();
    const served = await start(gateway);
    const query = new URLSearchParams(
      Object.entries(body).map(([name, value]): [string, string] => [name, String(value)]),
    );
    for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const headers = { 'x-http-method-override': 'POST', 'content-type': 'application/json' };
      const { status } = await served.call(`${path}?${query.toString()}&_method=POST`, { method, headers });
      // `GET /api/send` lists what can be sent.
      expect(status).toBe(path === '/api/send' && method === 'GET' ? 200 : 405);
    }
    expect(done).toEqual([]);
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain; application/json',
    'application/json; charset=utf-16',
    'application/jsonp',
    '',
  ])('does not happen with the content type "%s"', async (type) => {
    const { done, gateway } = watched();
    const { status, text } = await (
      await start(gateway)
    ).call(path, { method: 'POST', headers: { 'content-type': type }, body });
    expect(status).toBe(415);
    expect(text).toContain('"reason":"content_type"');
    expect(done).toEqual([]);
  });

  test('does not happen with a body that is compressed, too large, or not an object', async () => {
    const { done, gateway } = watched();
    const served = await start(gateway);
    const headers = { 'content-encoding': 'gzip' };
    expect((await served.call(path, { method: 'POST', headers, body })).status).toBe(415);
    const large = { ...body, more: 'x'.repeat(300_000) };
    expect((await served.call(path, { method: 'POST', body: large })).status).toBe(413);
    for (const wrong of ['', '[]', 'null', '"text"', '{']) {
      expect((await served.call(path, { method: 'POST', body: wrong })).status).toBe(400);
    }
    expect(done).toEqual([]);
  });

  test('does not happen at a console that is read-only', async () => {
    const { done, gateway } = watched();
    const answer = await (await start({ ...gateway, allowsChanges: false })).call(path, { method: 'POST', body });
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('"reason":"read_only"');
    expect(done).toEqual([]);
  });

  test('of a production stage happens only with the name of the stage', async () => {
    const { done, gateway } = watched(production);
    const served = await start(gateway);
    for (const confirm of [undefined, '', 'Prod', 'stage prod', true, ['prod']]) {
      const answer = await served.call(path, { method: 'POST', body: { ...body, confirm } });
      expect(answer.status).toBe(400);
      expect(answer.text).toContain('"reason":"not_confirmed"');
    }
    expect(done).toEqual([]);
    await served.call(path, { method: 'POST', body: { ...body, confirm: 'prod' } });
    expect(done).toEqual([effect]);
  });
});

test('a body that announces no length is read to its limit only', async () => {
  const { done, gateway } = watched();
  const served = await start(gateway);
  const session = await served.session();
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const outgoing = httpRequest(
      {
        host: '127.0.0.1',
        port: served.port,
        path: '/api/send',
        method: 'POST',
        headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked', [sessionHeader]: session },
      },
      (incoming) => {
        resolve(incoming.statusCode);
        outgoing.destroy();
      },
    );
    outgoing.on('error', reject);
    outgoing.write(`{"kind":"sms","body":"`);
    for (let chunk = 0; chunk < 10; chunk += 1) outgoing.write('x'.repeat(50_000));
  });
  expect(status).toBe(413);
  expect(done).toEqual([]);
});

describe('what the gateway does', () => {
  test('that takes too long is answered, so that the page does not wait', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] });
    try {
      const never = fakeBackend({ queueCounts: () => new Promise(() => undefined) });
      const served = await start({ backend: () => Promise.resolve(never) });
      const answer = served.call('/api/queues');
      await new Promise((resolve) => setImmediate(resolve));
      const waiting = setInterval(() => undefined, 1000);
      for (let step = 0; step < 200; step += 1) {
        await new Promise((resolve) => setImmediate(resolve));
        jest.advanceTimersByTime(500);
      }
      clearInterval(waiting);
      expect(await answer).toMatchObject({ status: 504, text: expect.stringContaining('"reason":"timeout"') });
    } finally {
      jest.useRealTimers();
    }
  });

  test.each([
    [
      'a refusal of AWS',
      Object.assign(new Error('no kms:Decrypt'), { name: 'AccessDeniedException', $fault: 'client' }),
      502,
    ],
    ['no credentials', Object.assign(new Error('none'), { name: 'CredentialsProviderError' }), 502],
    ['no network', Object.assign(new Error('x'), { code: 'ENOTFOUND' }), 502],
    ['a mistake of this program', new TypeError('secret detail at /opt/gateway/file.ts'), 500],
  ])('with %s is an error with the reason that the command gives, and no stack', async (_, error, expected) => {
    const written = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    const served = await start({ backend: () => Promise.reject(error) });
    const { status, text } = await served.call('/api/gateway');
    expect(status).toBe(expected);
    const parsed = JSON.parse(text) as { readonly error: { readonly reason: string; readonly message: string } };
    expect(parsed.error.message).not.toBe('');
    expect(text).not.toMatch(/secret detail|\.ts:|node_modules|\bat \//);
    expect(written.mock.calls.length).toBe(expected === 500 ? 1 : 0);
    written.mockRestore();
  });
});
