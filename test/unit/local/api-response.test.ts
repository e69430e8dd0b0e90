import { apiResponse } from '../../../local/http-api/api-response';

const answered = (payload: unknown) => {
  const { status, headers, body } = apiResponse({ kind: 'ok', payload });
  return { status, headers, body: body.toString('utf8') };
};

test('a structured answer is taken as it is, header names in small letters', () => {
  expect(
    answered({
      statusCode: 200,
      headers: { 'Content-Type': 'text/xml', 'X-Count': 7, 'X-Yes': true },
      body: '<é/>',
    }),
  ).toEqual({
    status: 200,
    headers: { 'content-type': 'text/xml', 'x-count': '7', 'x-yes': 'true' },
    body: '<é/>',
  });
});

test('a body in base64 is decoded', () => {
  expect(answered({ statusCode: 200, body: '4pyT', isBase64Encoded: true }).body).toBe('✓');
});

test('an answer without body or headers has none but a content type', () => {
  const headers = { 'content-type': 'text/plain; charset=utf-8' };
  expect(answered({ statusCode: 204 })).toEqual({ status: 204, headers, body: '' });
  expect(answered({ statusCode: '204', body: null })).toEqual({ status: 204, headers, body: '' });
});

test('cookies become headers of their own', () => {
  expect(answered({ statusCode: 200, cookies: ['a=1', 'b=2'] }).headers).toMatchObject({
    'set-cookie': ['a=1', 'b=2'],
  });
});

test.each([
  ['hello', 'hello'],
  [{ a: 1 }, '{"a":1}'],
  [null, 'null'],
])('an answer without a status code, %j, is a 200 in JSON', (payload, body) => {
  expect(answered(payload)).toEqual({ status: 200, headers: { 'content-type': 'application/json' }, body });
});

test.each<[string, Parameters<typeof apiResponse>[0]]>([
  ['an error', { kind: 'error', errorType: 'TypeError', errorMessage: 'secret detail' }],
  ['a time-out', { kind: 'timeout' }],
  ['an invalid status', { kind: 'ok', payload: { statusCode: 'ok' } }],
  ['a status out of range', { kind: 'ok', payload: { statusCode: 42 } }],
  ['a body that is not a string', { kind: 'ok', payload: { statusCode: 200, body: { a: 1 } } }],
])('rejects %s with 500 that says nothing more', (_what, result) => {
  const { status, body } = apiResponse(result);
  expect({ status, body: body.toString() }).toEqual({
    status: 500,
    body: '{"message":"Internal Server Error"}',
  });
});
