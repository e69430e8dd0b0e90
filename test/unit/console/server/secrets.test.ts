import type { Backend } from '../../../../cli/clients/ports';
import type { RefusedCapture } from '../../../../local/monitor/gateway-monitor';
import { mediaHeaders } from '../../../../console/server/routes/media';
import { curlCommand, shellWord } from '../../../../console/server/views/curl';
import { healthFindings } from '../../../../console/server/views/findings';
import { sign } from '../../../../lambda/shared/signature/signature';
import { accountSid, fakeSecrets, fakeTarget, messageSid } from '../../cli/fake-environment';
import { fakeBackend, fakeContext, fakeMonitor, startTestConsole } from './console-fixture';

const authToken = '0123456789abcdef0123456789abcdef';
const sharedKey = 'c2hhcmVkLWtleS1mb3ItdGVzdHM9';
const password = 'correct-horse-battery';

const body = `AccountSid=${accountSid}&MessageSid=${messageSid}&Body=hi`;
const params = { AccountSid: accountSid, MessageSid: messageSid, Body: 'hi' };
const url = fakeTarget.webhooks.messages.signedUrl;
const signature = sign({ algorithm: 'HMAC-SHA1', secret: authToken }, { url, params });
const otherSignature = sign({ algorithm: 'HMAC-SHA256', secret: sharedKey }, { url, params });

const refused: RefusedCapture = {
  id: 'one',
  at: '2026-11-22T09:00:00.000Z',
  method: 'POST',
  url: '/dev/messages?key=in-the-query',
  headers: [
    ['Host', 'public.example'],
    ['Content-Type', 'application/x-www-form-urlencoded'],
    ['X-Twilio-Signature', signature],
    ['Authorization', `Basic ${Buffer.from(`twilio:${password}`).toString('base64')}`],
    ['Cookie', 'session=in-the-cookie'],
    ['X-Api-Key', 'in-the-key'],
    ['User-Agent', 'TwilioProxy/1.1'],
  ],
  body: Buffer.from(`${body} `),
  isBodyCut: false,
  detail: null,
  durationMs: 12,
  status: 403,
  reason: 'signature_mismatch',
};

const backend: Backend = fakeBackend({
  target: { ...fakeTarget, basicAuthSecretId: 'basic' },
  secrets: () =>
    Promise.resolve(
      fakeSecrets({
        'first-account': {
          AWSCURRENT: JSON.stringify({ accountSid, authToken, sharedKeys: [{ name: 'one', key: sharedKey }] }),
        },
        basic: { AWSCURRENT: JSON.stringify({ username: 'twilio', password }) },
      }),
    ),
});

test('no answer has a token, a SharedKey, a password, a signature, or what a refused request brought', async () => {
  const served = await startTestConsole({
    backend: () => Promise.resolve(backend),
    context: { ...fakeContext, post: () => Promise.resolve({ kind: 'failure', code: 'ECONNREFUSED', durationMs: 1 }) },
    monitor: { ...fakeMonitor, refused: () => [refused], counts: () => ({ refused: [], handlers: [] }) },
  });
  const asked = [
    ...['gateway', 'refused', 'refused/one', 'queues', 'handlers', 'send', 'health', 'metrics', 'setup'],
    ...['setup/differences', 'queues/events/dead-letters', 'webhooks', 'messages/SM1', 'conversations'],
  ].map((path) => served.call(`/api/${path}`));
  const curl = (value: string): string =>
    `curl '${url}' -H 'X-Twilio-Signature: ${value}' -u twilio:${password} --data-raw '${body}'`;
  const posted: readonly (readonly [string, object])[] = [
    ['explain', { request: curl(signature) }],
    ['explain', { request: curl('A'.repeat(27)) }],
    ['explain', { request: `${authToken} ${sharedKey}` }],
    ['send', { kind: 'sms' }],
    ['send', { kind: authToken, sid: authToken }],
  ];
  const answers = await Promise.all([
    ...asked,
    ...posted.map(([path, request]) => served.call(`/api/${path}`, { method: 'POST', body: request })),
  ]);
  await served.close();
  const text = answers.map((answer) => JSON.stringify(answer)).join('\n');
  expect(text).toContain('[hidden, 28 characters]');
  expect(text).toContain('TwilioProxy/1.1');
  for (const secret of [
    ...[authToken, sharedKey, password, signature, otherSignature],
    ...['in-the-query', 'in-the-cookie', 'in-the-key', Buffer.from(`twilio:${password}`).toString('base64')],
  ]) {
    expect({ secret, isShown: text.includes(secret) }).toEqual({ secret, isShown: false });
  }
});

describe('a medium', () => {
  test.each(['image/png', 'image/jpeg', 'audio/ogg', 'video/mp4'])('of the type %s is shown', (type) => {
    expect(mediaHeaders(type)).toEqual({ 'content-type': type, 'content-disposition': 'inline' });
  });

  test.each(['image/svg+xml', 'text/html', 'application/pdf', 'text/javascript', 'text/plain', '', 'image/png; x'])(
    'of the type "%s" is a file to save, of no type',
    (type) => {
      expect(mediaHeaders(type)).toEqual({
        'content-type': 'application/octet-stream',
        'content-disposition': 'attachment',
      });
    },
  );
});

describe('the curl command', () => {
  const request = { route: 'messages', query: null, params: { Body: "it's \u202e\u001b[201~\n; rm -rf ~ $(id)" } };

  test('has plain ASCII only, and nothing that a shell would run', () => {
    const command = curlCommand(request, fakeTarget);
    expect(command).toMatch(/^[\x20-\x7e\n]*$/);
    expect(command).toContain("--data-binary 'Body=it%27s+%E2%80%AE%1B%5B201%7E%0A%3B+rm+-rf+%7E+%24%28id%29'");
    expect(command).toContain('"X-Twilio-Signature: $SIGNATURE"');
    expect(command).not.toContain('--user');
  });

  test('of a stage with Basic authentication asks for the credentials', () => {
    const target = { ...fakeTarget, basicAuthSecretId: 'basic' };
    expect(curlCommand(request, target)).toContain('--user "$USER_AND_PASSWORD"');
  });

  test('keeps a body that is JSON, or no text, byte for byte', () => {
    const payload = '{"text":"it\'s é"}';
    expect(curlCommand({ ...request, params: null, payload }, fakeTarget)).toContain(
      String.raw`--data-binary $'{"text":"it\x27s \xc3\xa9"}'`,
    );
    expect(curlCommand({ ...request, params: null, payloadBase64: '/+8=' }, fakeTarget)).toMatch(
      /^printf %s '\/\+8=' \| base64 -d \| curl .* --data-binary @-$/s,
    );
  });

  test('quotes a word of any characters', () => {
    expect(shellWord("a'b")).toBe(String.raw`'a'\''b'`);
    expect(shellWord('a\u0000é\\')).toBe(String.raw`$'a\x00\xc3\xa9\x5c'`);
  });
});

test('health says what is in order, what is not, and what was not checked', () => {
  const finding = { level: 'advice' as const, check: 'secret', subject: 'main', text: 'old', next: 'rotate' };
  const found = healthFindings({
    findings: [finding],
    facts: [{ check: 'lambda-concurrency', text: 'enough' }],
    skipped: [{ check: 'alarms', reason: 'none', applies: true }],
  });
  expect(found.map(({ level, title }) => `${level} ${title}`)).toEqual([
    'warning Account secrets',
    'ok Webhook URLs',
    'ok Dead letters',
    'ok Concurrency of Lambda',
    'not_checked Alarms',
  ]);
});
