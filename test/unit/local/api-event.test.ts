import fc from 'fast-check';
import { apiEvent, joinHeaders, splitTarget, type ReceivedRequest } from '../../../local/http-api/api-event';

const identity = {
  accountId: '000000000000',
  apiId: 'Api',
  domainName: 'gateway.example.com',
  stage: 'dev',
};
const form = 'application/x-www-form-urlencoded';
const request = (changes: Partial<ReceivedRequest> = {}): ReceivedRequest => ({
  method: 'POST',
  path: '/dev/messages',
  rawQuery: '',
  headers: { 'content-type': form },
  body: Buffer.from('A=1'),
  sourceIp: '192.0.2.1',
  requestId: 'request-1',
  receivedAt: new Date('2026-01-02T03:04:05.678Z'),
  ...changes,
});
const event = (changes: Partial<ReceivedRequest> = {}) => apiEvent(request(changes), 'ANY /messages', identity);

describe('the body', () => {
  test.each([
    'text/plain',
    'text/xml; charset=utf-8',
    'application/json',
    'Application/JSON; charset=utf-8',
    'application/xml',
    'application/javascript',
  ])('arrives as text if its type is %s', (type) => {
    const { body, isBase64Encoded } = event({ headers: { 'content-type': type }, body: Buffer.from('é{}') });
    expect({ body, isBase64Encoded }).toEqual({ body: 'é{}', isBase64Encoded: false });
  });

  test.each([form, 'multipart/form-data; boundary=x', 'application/cloudevents+json', 'application/octet-stream'])(
    'arrives in base64 if its type is %s',
    (type) => {
      const { body, isBase64Encoded } = event({
        headers: { 'content-type': type },
        body: Buffer.from([0xff, 0x00]),
      });
      expect({ body, isBase64Encoded }).toEqual({ body: '/wA=', isBase64Encoded: true });
    },
  );

  test('arrives in base64 if it has no type', () => {
    expect(event({ headers: {} })).toMatchObject({ body: 'QT0x', isBase64Encoded: true });
  });

  test('is absent from the event if the request has none', () => {
    const empty = event({ body: Buffer.alloc(0) });
    expect(empty).not.toHaveProperty('body');
    expect(empty.isBase64Encoded).toBe(false);
  });

  test('arrives unchanged, whatever bytes a form has', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 50 }), (bytes) => {
        const { body } = event({ body: Buffer.from(bytes) });
        expect(Buffer.from(body ?? '', 'base64').equals(Buffer.from(bytes))).toBe(true);
      }),
    );
  });
});

describe('the query', () => {
  test('is passed on unchanged, with its order, repeats and escapes', () => {
    const rawQuery = 'b=2&a=%2f+%20&b=1&&c&%zz';
    expect(event({ rawQuery }).rawQueryString).toBe(rawQuery);
  });

  test('is decoded and joined in addition, also under names that every object has', () => {
    const { queryStringParameters = {} } = event({ rawQuery: 'b=2&a=%C3%A9&b=1&constructor=x&__proto__=y' });
    expect(Object.entries(queryStringParameters)).toEqual([
      ['b', '2,1'],
      ['a', 'é'],
      ['constructor', 'x'],
      ['__proto__', 'y'],
    ]);
  });

  test('has no parameters if it is empty', () => {
    expect(event()).toMatchObject({ rawQueryString: '' });
    expect(event()).not.toHaveProperty('queryStringParameters');
  });
});

describe('headers', () => {
  test('have small names, and their repeats are joined in order', () => {
    const raw = ['Accept', 'a', 'X-One', '1', 'accept', 'b', '__proto__', 'p', 'ACCEPT', 'c'];
    expect(Object.entries(joinHeaders(raw))).toEqual([
      ['accept', 'a,b,c'],
      ['x-one', '1'],
      ['__proto__', 'p'],
    ]);
  });

  test('hold cookies in a list of their own', () => {
    const withCookies = event({ headers: { cookie: 'a=1; b=2' } });
    expect(withCookies.cookies).toEqual(['a=1', 'b=2']);
    expect(withCookies.headers).not.toHaveProperty('cookie');
    expect(event()).not.toHaveProperty('cookies');
  });

  test("contain the caller's address, after those of earlier proxies", () => {
    expect(event().headers['x-forwarded-for']).toBe('192.0.2.1');
    expect(event({ headers: { 'x-forwarded-for': '198.51.100.7' } }).headers['x-forwarded-for']).toBe(
      '198.51.100.7, 192.0.2.1',
    );
  });
});

describe('the path', () => {
  test.each([
    ['/dev/messages', { path: '/dev/messages', rawQuery: '' }],
    ['/dev/messages?', { path: '/dev/messages', rawQuery: '' }],
    ['/dev/%6dessages?a=%3F?b', { path: '/dev/messages', rawQuery: 'a=%3F?b' }],
    ['/dev/messages%3Fa=1?b=2', { path: '/dev/messages', rawQuery: 'b=2' }],
    ['/dev/m%C3%A9', { path: '/dev/mé', rawQuery: '' }],
  ])('%s is decoded and cut at a question mark, and the query left alone', (target, expected) => {
    expect(splitTarget(target)).toEqual(expected);
  });

  test('rejects malformed escapes', () => {
    expect(splitTarget('/dev/%zz')).toBeUndefined();
  });
});

test('the request context names stage, route, caller and time', () => {
  expect(event({ headers: { 'user-agent': 'TwilioProxy/1.1' } })).toMatchObject({
    version: '2.0',
    routeKey: 'ANY /messages',
    rawPath: '/dev/messages',
    requestContext: {
      accountId: '000000000000',
      apiId: 'Api',
      domainName: 'gateway.example.com',
      domainPrefix: 'gateway',
      http: { method: 'POST', path: '/dev/messages', sourceIp: '192.0.2.1', userAgent: 'TwilioProxy/1.1' },
      requestId: 'request-1',
      routeKey: 'ANY /messages',
      stage: 'dev',
      time: '02/Jan/2026:03:04:05 +0000',
      timeEpoch: Date.parse('2026-01-02T03:04:05.678Z'),
    },
  });
});
