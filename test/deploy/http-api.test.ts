import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHttpApi } from '../../local/http-api/http-api';
import { sendRaw, type RawRequest, type RawResponse } from '../helpers/webhooks';
import { fakeFunction } from '../unit/local/fake-function';
import { createStack } from './create-stack';
import { echo, echoStage, echoTemplate } from './echo';
import { httpApiDifferences } from './http-api-differences';

/** The target is the path and query below the API's origin. */
type Request = RawRequest & { readonly target?: string };

/**
 * Requests by topic. Left out are cases for which no source says what AWS does: broken escapes, and escaped or double
 * slashes in a path.
 */
const requests: Readonly<Record<string, Request>> = {
  'a form': { headers: [['Content-Type', 'application/x-www-form-urlencoded']], body: 'A=1&B=%C3%A9' },
  'JSON with a charset': {
    headers: [['Content-Type', 'application/json; charset=utf-8']],
    body: '{"a":"é"}',
  },
  text: { headers: [['Content-Type', 'text/plain']], body: 'é' },
  'text that is not UTF-8': { headers: [['Content-Type', 'text/plain']], body: Buffer.from([0xff, 0x41]) },
  CloudEvents: { headers: [['Content-Type', 'application/cloudevents+json']], body: '{}' },
  'a multipart form': { headers: [['Content-Type', 'multipart/form-data; boundary=x']], body: '--x--' },
  'a body without type': { body: 'A=1' },
  GET: { method: 'GET' },
  PUT: { method: 'PUT', headers: [['Content-Type', 'text/xml']], body: '<a/>' },
  'a query': { method: 'GET', target: '/echo/messages?a=%20+%2B&b=1&b=2&empty=&c&q=%C3%A9%27' },
  'a query of one question mark': { method: 'GET', target: '/echo/messages?' },
  'repeated headers': {
    method: 'GET',
    headers: [
      ['X-Repeated', 'a'],
      ['x-repeated', 'b'],
    ],
  },
  cookies: { method: 'GET', headers: [['Cookie', 'a=1; b=2']] },
  'a user agent': { method: 'GET', headers: [['User-Agent', 'TwilioProxy/1.1']] },
  'an escape in the path': { method: 'GET', target: '/echo/%6Dessages' },
  'an escaped percent sign in the path': { method: 'GET', target: '/echo/messages%2525' },
  'an escaped question mark in the path': { method: 'GET', target: '/echo/messages%3Fa=1' },
  'a slash at the end': { method: 'GET', target: '/echo/messages/' },
  'an unknown route': { method: 'GET', target: '/echo/elsewhere' },
  'an unknown stage': { method: 'GET', target: '/elsewhere/messages' },
  'a route in another case': { method: 'GET', target: '/echo/Messages' },
};

/** Results that a function returns. */
const results: Readonly<Record<string, unknown>> = {
  'a status alone': { statusCode: 204 },
  'a body without type': { statusCode: 200, body: 'é' },
  'a status as text': { statusCode: '201', body: '' },
  'a body in base64': {
    statusCode: 200,
    headers: { 'Content-Type': 'a/b' },
    body: '/wA=',
    isBase64Encoded: true,
  },
  'a number as a header': { statusCode: 200, headers: { 'X-Number': 7 } },
  cookies: { statusCode: 200, cookies: ['a=1', 'b=2'] },
  'no status': { message: 'hello' },
  'WWW-Authenticate': { statusCode: 401, headers: { 'WWW-Authenticate': 'Basic realm="x"' } },
};

const answerQuery = (result: unknown) => `/echo/messages?answer=${encodeURIComponent(JSON.stringify(result))}`;

/** Values that differ between requests or between addresses, with a pattern for each. */
const patterns: Readonly<Record<string, RegExp>> = {
  'event.headers.host': /^[\w.-]+(:\d+)?$/,
  'event.requestContext.accountId': /^\d{12}$/,
  'event.requestContext.apiId': /^\w+$/,
  'event.requestContext.domainName': /^[\w.-]+$/,
  'event.requestContext.domainPrefix': /^\w+$/,
  'event.requestContext.requestId': /^[\w-]+=?$/,
  'event.requestContext.time': /^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/,
  'event.requestContext.timeEpoch': /^\d{13}$/,
};

const statusPath = 'answer.status';

const leaves = (value: unknown, path: string): [string, unknown][] =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value).flatMap(([name, child]) => leaves(child, `${path}.${name}`))
    : [[path, value]];

/** The event or answer of a request, as paths and values. */
const facts = (response: RawResponse): Map<string, unknown> => {
  const { status, headers, body } = response;
  const answer = leaves(
    Object.fromEntries(
      ['content-type', 'set-cookie', 'www-authenticate', 'x-number'].map((name) => [name, headers[name]]),
    ),
    'answer.headers',
  );
  // The echo answers with the event; everything else is compared as it is.
  const isEvent = status === 200 && body.startsWith('{"version":"2.0"');
  const content: [string, unknown][] = isEvent
    ? leaves(JSON.parse(body), 'event').map(([path, value]) => [
        path,
        patterns[path]?.test(String(value)) === true ? 'matches its pattern' : value,
      ])
    : [['answer.body', body]];
  return new Map<string, unknown>([[statusPath, status], ...answer, ...content]);
};

describe("the local gateway's HTTP API and the emulator's", () => {
  const server = createServer(
    createHttpApi({
      identity: { accountId: '000000000000', apiId: 'api', domainName: 'api.localhost', stage: echoStage },
      routes: new Map([
        [
          'ANY /messages',
          {
            timeoutMs: 5_000,
            target: fakeFunction((event) =>
              echo(event as Parameters<typeof echo>[0]).then(
                (payload) => ({ kind: 'ok', payload }),
                () => ({ kind: 'error', errorType: 'Error', errorMessage: 'planted' }),
              ),
            ),
          },
        ],
      ]),
      onAccess: () => undefined,
    }),
  );
  let local = '';
  let emulator = '';
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    local = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    emulator = await createStack('echo', echoTemplate);
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const found: string[] = [];
  const compare = async (what: string, { target = '/echo/messages', ...request }: Request): Promise<void> => {
    const ask = async (origin: string) => facts(await sendRaw(origin + target, request));
    const [ours, theirs] = [await ask(local), await ask(emulator)];
    // Where one has an event and the other an error, there is nothing more to compare.
    const paths =
      ours.get(statusPath) === theirs.get(statusPath)
        ? [...new Set([...ours.keys(), ...theirs.keys()])]
        : [statusPath, 'answer.body'];
    const differing = paths
      .filter((path) => JSON.stringify(ours.get(path)) !== JSON.stringify(theirs.get(path)))
      .map((path) => ({ at: `${path} of ${what}`, ours: ours.get(path), theirs: theirs.get(path) }));
    found.push(...differing.map(({ at }) => at));
    expect(differing.filter(({ at }) => !httpApiDifferences.some((difference) => difference.at.test(at)))).toEqual([]);
  };

  test.each(Object.entries(requests))('agree on %s', compare);

  test.each(Object.entries(results))('agree on a function that returns %s', (what, result) =>
    compare(`a function that returns ${what}`, { method: 'GET', target: answerQuery(result) }),
  );

  test('agree on a function that fails', () =>
    compare('a function that fails', { method: 'GET', target: '/echo/messages?answer=throw' }));

  test.each(httpApiDifferences)('still differ: $fault', ({ at }) => {
    expect(found.filter((path) => at.test(path))).not.toEqual([]);
  });
});
