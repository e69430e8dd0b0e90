import { renderAccessLog } from '../../../local/http-api/access-log';

const request = {
  method: 'POST',
  path: '/dev/messages',
  rawQuery: 'order=17',
  headers: {},
  body: Buffer.from('Body=secret'),
  sourceIp: '192.0.2.1',
  requestId: 'request-1',
  receivedAt: new Date('2026-01-02T03:04:05.678Z'),
};
const facts = { routeKey: 'ANY /messages', stage: 'dev', apiId: 'Api' };
const response = { status: 200, body: Buffer.from('<é/>') };

test('fills in the variables of the format', () => {
  const line = renderAccessLog(
    '$context.httpMethod $context.path $context.status $context.responseLength $context.identity.sourceIp $context.stage $context.requestTime',
    request,
    facts,
    response,
  );
  expect(line).toBe('POST /dev/messages 200 5 192.0.2.1 dev 02/Jan/2026:03:04:05 +0000');
});

test('writes - for an unknown variable, and leaves other text unchanged', () => {
  const format = 'a $context.authorizer.claims.sub $other.$context.constructor';
  expect(renderAccessLog(format, request, facts, response)).toBe('a - $other.-');
});

test('escapes what a caller sent, so that a line stays one JSON line', () => {
  const format = '{"path":"$context.path","method":"$context.httpMethod"}';
  const path = '/dev/"\n\\x\u0001","status":"200';
  const line = renderAccessLog(format, { ...request, path }, facts, response);
  expect(line).not.toContain('\n');
  expect(JSON.parse(line)).toEqual({ path, method: 'POST' });
});
