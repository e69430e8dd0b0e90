import { connect } from 'node:net';
import { sessionHeader } from '../../../../console/api';
import { send, startTestConsole, type TestConsole } from './console-fixture';

let served: TestConsole;
beforeAll(async () => {
  served = await startTestConsole();
}, 60_000);
afterAll(() => served.close());

const own = (): string => `127.0.0.1:${served.port}`;

/** The page itself, its script, the exchange of the token, and a route of the API: everything has the same rules. */
const places = ['/', '/page.js', '/api/session', '/api/gateway', '/nothing'];

describe('a page of another name or origin', () => {
  test.each([
    ['a foreign Host', { host: 'evil.example' }],
    ['a name that was made to resolve to 127.0.0.1, with the port', { host: 'rebind.example:PORT' }],
    ['a name below localhost', { host: 'a.localhost:PORT' }],
    ['127.0.0.1 with another port', { host: '127.0.0.1:1' }],
    ['127.0.0.1 without a port', { host: '127.0.0.1' }],
    ['the IPv6 loopback address', { host: '[::1]:PORT' }],
    ['another notation of 127.0.0.1', { host: '127.1:PORT' }],
    ['a foreign Origin', { origin: 'https://evil.example' }],
    ['an opaque Origin', { origin: 'null' }],
    ['an Origin of another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['an Origin with https', { origin: 'https://127.0.0.1:PORT' }],
    ['the other of its two names as the Origin', { origin: 'http://localhost:PORT' }],
    ['Sec-Fetch-Site: cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['Sec-Fetch-Site: same-site', { 'sec-fetch-site': 'same-site' }],
  ])('with %s is refused everywhere, even with a session', async (_, headers: Record<string, string>) => {
    const named = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value.replace('PORT', String(served.port))]),
    );
    for (const path of places) {
      const { status, text } = await served.call(path, { headers: named });
      expect({ path, status }).toEqual({ path, status: 403 });
      expect(text).toMatch(/"reason":"(?:foreign_host|foreign_origin|cross_site)"/);
    }
  });

  test('gets no CORS header, not even for a preflight', async () => {
    const preflight = {
      origin: 'https://evil.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': sessionHeader,
    };
    const foreign = await served.call('/api/send', { method: 'OPTIONS', headers: preflight });
    expect(foreign.status).toBe(403);
    const sameOrigin = await served.call('/api/send', {
      method: 'OPTIONS',
      headers: { ...preflight, origin: `http://${own()}` },
    });
    expect(sameOrigin.status).toBe(405);
    for (const { headers } of [foreign, sameOrigin]) {
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });
});

test.each([
  ['without any header of a browser', {}],
  ['as a browser asks for an address that was typed', { 'sec-fetch-site': 'none' }],
  ['of its own page', { 'sec-fetch-site': 'same-origin', origin: 'http://127.0.0.1:PORT' }],
  ['by the name localhost', { host: 'localhost:PORT', origin: 'http://localhost:PORT' }],
])('a request %s is answered', async (_, headers: Record<string, string>) => {
  const named = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value.replace('PORT', String(served.port))]),
  );
  expect((await served.call('/', { headers: named })).status).toBe(200);
  expect((await served.call('/api/gateway', { headers: named })).status).toBe(200);
});

describe('the headers of every answer', () => {
  const policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' blob:; " +
    "media-src blob:; font-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
    "require-trusted-types-for 'script'; trusted-types 'none'";
  const expected = {
    'content-security-policy': policy,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  };

  test.each([
    ['the page', '/', {}, 200],
    ['its script', '/page.js', {}, 200],
    ['its style', '/page.css', {}, 200],
    ['its icon', '/icon.svg', {}, 200],
    ['the API', '/api/gateway', {}, 200],
    ['an address that is not there', '/nothing', {}, 404],
    ['an address of the API that is not there', '/api/nothing', {}, 404],
    ['a refused request', '/', { headers: { host: 'evil.example' } }, 403],
    ['a wrong method', '/api/gateway', { method: 'DELETE' }, 405],
    ['a path that goes up', '/../package.json', {}, 400],
    ['a wrong content type', '/api/send', { method: 'POST', headers: { 'content-type': 'text/plain' } }, 415],
    ['an error of the gateway', '/api/webhooks', {}, 500],
  ])('%s', async (_, path, options, status) => {
    const answer = await served.call(path, options);
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject(expected);
    expect(answer.headers).not.toHaveProperty('set-cookie');
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  test.each([
    ['what is not HTTP', 'nonsense\r\n\r\n'],
    [
      'a request for another protocol',
      'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    ],
    ['a tunnel', 'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n'],
  ])('%s', async (_, text) => {
    const answer = await new Promise<string>((resolve, reject) => {
      let received = '';
      const socket = connect(served.port, '127.0.0.1', () => socket.write(text));
      socket.setEncoding('utf8').on('data', (chunk) => (received += String(chunk)));
      socket.on('close', () => resolve(received)).on('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain(`content-security-policy: ${policy}\r\n`);
  });
});

/** Sends a request and resets the connection, before the answer or while it comes. */
const sendAndReset = (text: string, afterMs: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect(served.port, '127.0.0.1', () => {
      socket.write(text, () =>
        setTimeout(() => {
          socket.resetAndDestroy();
          resolve();
        }, afterMs),
      );
    }).on('error', reject);
  });

describe('a connection that is reset', () => {
  test.each([
    [
      'after a request for another protocol',
      'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    ],
    ['after a tunnel', 'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n'],
  ])('%s does not end the process', async (_, text) => {
    // An error without a listener fails the test file.
    for (let round = 0; round < 60; round += 1) await sendAndReset(text, round % 3);
    expect((await served.call('/')).status).toBe(200);
  });
});

describe('the page', () => {
  test('has no script or style of its own in its HTML, and loads nothing from elsewhere', async () => {
    const { text, headers } = await served.call('/');
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    const scripts = [...text.matchAll(/<script\b[^>]*>([^<]*)</g)];
    expect(scripts).toHaveLength(1);
    expect(scripts[0]?.[1]).toBe('');
    expect(text).not.toMatch(/<style|\sstyle=|\son[a-z]+=|javascript:|https?:/i);
    const named = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path);
    expect(named.sort()).toEqual(['/icon.svg', '/page.css', '/page.js']);
  });

  test('is answered to GET and HEAD, without a session, and to no other method', async () => {
    expect((await send(served.port, '/', {})).status).toBe(200);
    const head = await send(served.port, '/page.js', { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, text: '' });
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE']) {
      expect((await served.call('/', { method })).status).toBe(405);
    }
  });

  test.each([
    '/../package.json',
    '/..%2f..%2fpackage.json',
    '/%2e%2e/package.json',
    '/page.js/../../package.json',
    '//etc/passwd',
    '/\\..\\package.json',
    '/src/main.tsx',
    '/page.js%00.css',
    '/%',
    'http://127.0.0.1/page.js',
  ])('is nothing but its four files: not %s', async (path) => {
    const { status, text } = await served.call(path);
    expect([400, 404]).toContain(status);
    expect(text).toMatch(/^\{"error":/);
  });
});
