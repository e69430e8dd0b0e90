import crypto from 'node:crypto';
import fc from 'fast-check';
import type { BasicAuthSource } from '../../../lambda/shared/webhook/basic-auth';
import type { CredentialFailure } from '../../../lambda/shared/credentials/account-secret-source';
import type { BasicCredential } from '../../../lambda/shared/credentials/basic-auth-secret';
import { minPollIntervalMs } from '../../../lambda/shared/credentials/secret-timing';
import { anyCharacter } from '../../helpers/any-character';
import { accountA, createTestIngress, noAlternates, tokenA, tokenB, webhookEvent } from './fakes';

const pair: BasicCredential = { username: 'twilio', password: 'correct horse' };
const nextPair: BasicCredential = { username: 'twilio-2', password: 'pässword: with a colon 🌍' };

const basic = ({ username, password }: BasicCredential): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

/** A gateway with Basic authentication; the secret can be changed. */
const createGateway = (
  content: { credentials: readonly [BasicCredential, BasicCredential?] } | CredentialFailure,
  secrets?: Parameters<typeof createTestIngress>[0],
) => {
  const secret = { content, reads: 0 };
  const source: BasicAuthSource = () => {
    secret.reads += 1;
    return Promise.resolve(
      'reason' in secret.content
        ? { kind: 'failure', failure: secret.content }
        : { kind: 'ok', secret: secret.content },
    );
  };
  const gateway = createTestIngress(secrets, { basicAuth: source, stage: { realm: 'webhooks' } });
  const send = (authorization: string | undefined, token = tokenA) =>
    gateway.send(webhookEvent({ token, headers: { authorization } }));
  return { ...gateway, secret, send };
};

describe('Basic authentication', () => {
  test('ING-B-NONE: rejects the first request, without credentials, with a challenge and no error line', async () => {
    const gateway = createGateway({ credentials: [pair] });
    const { response, line } = await gateway.send(undefined);
    expect(response.statusCode).toBe(401);
    expect(response.headers).toMatchObject({
      'www-authenticate': 'Basic realm="webhooks", charset="UTF-8"',
      'cache-control': 'no-store',
    });
    expect(line).toMatchObject({ level: 'info', fields: { reason: 'basic_challenge', status: 401 } });
    expect(gateway.counts).toEqual({ BasicChallenge: 1 });
    expect(gateway.published).toEqual([]);
  });

  test('accepts the second request, which has credentials', async () => {
    const gateway = createGateway({ credentials: [pair] });
    const { response, line } = await gateway.send(basic(pair));
    expect(response.statusCode).toBe(200);
    expect(line.fields).toMatchObject({ reason: 'accepted', staleSecret: false });
    expect(gateway.published).toHaveLength(1);
  });

  test('rejects the right password with a wrong signature by 403', async () => {
    const gateway = createGateway({ credentials: [pair] });
    const { response, line } = await gateway.send(basic(pair), tokenB);
    expect(response.statusCode).toBe(403);
    expect(line.fields.reason).toBe('signature_mismatch');
    expect(gateway.published).toEqual([]);
  });

  test.each([
    ['ING-B-WRONG: rejects a wrong password', { ...pair, password: 'wrong' }],
    ['ING-B-WRONG: rejects a wrong user name', { ...pair, username: 'wrong' }],
    ['rejects the password of the other pair', { ...pair, password: nextPair.password }],
    ['rejects an empty password', { ...pair, password: '' }],
  ])('%s', async (_title, presented) => {
    const gateway = createGateway({ credentials: [pair, nextPair] });
    const { response, line } = await gateway.send(basic(presented));
    expect(response.statusCode).toBe(401);
    expect(response.headers).toHaveProperty('www-authenticate');
    expect(line).toMatchObject({ level: 'warn', fields: { reason: 'basic_failed', status: 401 } });
    expect(gateway.counts).toEqual({ BasicRejected: 1 });
    expect(gateway.published).toEqual([]);
  });

  test.each([
    ['no value', 'Basic'],
    ['no base64', 'Basic %%%'],
    ['another scheme', 'Bearer x'],
    ['two values', 'Basic a, Basic b'],
    ['no colon', `Basic ${Buffer.from('twilio').toString('base64')}`],
    ['8 KB', `Basic ${'QQ'.repeat(4_000)}`],
    ['characters after the base64', `${basic(pair)} x`],
    ['nothing at all', ''],
  ])('ING-B-MALF: answers a header with %s by a challenge, as if it were missing', async (_name, header) => {
    const gateway = createGateway({ credentials: [pair] });
    const { response, line } = await gateway.send(header);
    expect(response.statusCode).toBe(401);
    expect(line).toMatchObject({ level: 'info', fields: { reason: 'basic_challenge' } });
    expect(gateway.counts).toEqual({ BasicChallenge: 1 });
    expect(gateway.published).toEqual([]);
  });

  test('ING-B-MALF: a password may hold colons and any characters', async () => {
    const gateway = createGateway({ credentials: [pair, nextPair] });
    for (const credentials of [pair, nextPair])
      expect((await gateway.send(basic(credentials))).response.statusCode).toBe(200);
    expect(gateway.published).toHaveLength(2);
  });

  test('ING-B-MALF: rejects, and never fails on, any header that does not hold the pair', async () => {
    const gateway = createGateway({ credentials: [pair] });
    const anything = fc.string({ unit: anyCharacter, maxLength: 80 });
    const pairs = fc.string({ unit: anyCharacter }).map((text) => `Basic ${Buffer.from(text).toString('base64')}`);
    await fc.assert(
      fc.asyncProperty(fc.oneof(anything, pairs), async (header) => {
        fc.pre(header !== basic(pair));
        // Of more than a few refusals in one second a sample is logged.
        gateway.clock.now += 1000;
        expect((await gateway.send(header)).response.statusCode).toBe(401);
      }),
      { numRuns: 200 },
    );
    expect(gateway.published).toEqual([]);
  });

  test('ING-B-CONST: compares both parts of both pairs by digest in constant time, whatever matches', async () => {
    const compared = jest.spyOn(crypto, 'timingSafeEqual');
    try {
      for (const credentials of [[pair], [pair, nextPair]] as const) {
        const gateway = createGateway({ credentials });
        await gateway.send(undefined); // reads the secret, so that nothing is read again below
        for (const presented of [pair, { ...pair, username: 'x' }, { ...pair, password: 'x' }]) {
          compared.mockClear();
          // A signature that is wrong costs comparisons of its own, of 28 bytes.
          await gateway.send(basic(presented));
          const lengths = compared.mock.calls.map(([one]) => one.byteLength);
          expect(lengths.filter((length) => length === 32)).toHaveLength(4);
        }
      }
    } finally {
      compared.mockRestore();
    }
  });

  test('rejects a missing signature header by 403 before the secret is read', async () => {
    const gateway = createGateway({ credentials: [pair] });
    const response = await gateway.ingress(
      webhookEvent({ headers: { 'x-twilio-signature': undefined, authorization: basic(pair) } }),
    );
    expect(response.statusCode).toBe(403);
    expect(gateway.secret.reads).toBe(0);
  });
});

describe('the secret of Basic authentication', () => {
  test.each([
    ['placeholder', 500, 'basic_secret_unusable', 'ConfigError'],
    ['missing', 500, 'basic_secret_unusable', 'ConfigError'],
    ['denied', 500, 'basic_secret_unusable', 'ConfigError'],
    ['invalid', 500, 'basic_secret_unusable', 'ConfigError'],
    ['unavailable', 503, 'basic_secret_unavailable', 'SecretUnavailable'],
  ] as const)('rejects every request while it is %s, and says what to do', async (reason, status, logged, metric) => {
    const gateway = createGateway({ reason });
    const { response, line } = await gateway.send(undefined);
    expect(response.statusCode).toBe(status);
    expect(line).toMatchObject({ level: 'error', fields: { reason: logged } });
    expect(line.fields.detail).toContain(reason);
    if (status === 500)
      expect(line.fields.detail).toContain(
        'npx twilio-webhook-gateway secret basic set --username twilio --generate --stage dev',
      );
    expect(gateway.counts).toEqual({ [metric]: 1 });
    expect(gateway.published).toEqual([]);
  });

  test('rejects with the credentials error of the account before any challenge', async () => {
    const gateway = createGateway(
      { credentials: [pair] },
      { a: { current: { reason: 'placeholder' }, alternates: noAlternates } },
    );
    const { response, line } = await gateway.send(undefined);
    expect(response.statusCode).toBe(500);
    expect(line.fields.reason).toBe('credentials_placeholder');
  });

  test('is read again if a pair does not match, so that a change is known at once, but only once in five seconds', async () => {
    const gateway = createGateway({ credentials: [pair] });
    await gateway.send(basic(pair));
    gateway.secret.content = { credentials: [pair, nextPair] };
    gateway.clock.now += 1_000;
    expect((await gateway.send(basic(nextPair))).response.statusCode).toBe(200);
    expect(gateway.secret.reads).toBe(2);
    for (let times = 0; times < 5; times += 1) {
      gateway.clock.now += 1_000;
      expect((await gateway.send(basic({ ...pair, password: 'x' }))).response.statusCode).toBe(401);
    }
    expect(gateway.secret.reads).toBe(3);
    gateway.clock.now += minPollIntervalMs;
    await gateway.send(basic({ ...pair, password: 'x' }));
    expect(gateway.secret.reads).toBe(4);
  });

  test('a request waits for a pair that a background read is fetching', async () => {
    const gateway = createGateway({ credentials: [pair] });
    await gateway.send(basic(pair));
    gateway.secret.content = { credentials: [nextPair, pair] };
    // Past its time to live: the request itself starts the read, and is served the old pairs meanwhile.
    gateway.clock.now += 301_000;
    expect((await gateway.send(basic(nextPair))).response.statusCode).toBe(200);
  });

  test('works on while it cannot be read, and an unknown pair is then no refusal but a 503', async () => {
    const gateway = createGateway({ credentials: [pair] });
    await gateway.send(basic(pair));
    gateway.secret.content = { reason: 'unavailable' };
    gateway.clock.now += 3_600_000;
    const known = await gateway.send(basic(pair));
    expect(known.response.statusCode).toBe(200);
    expect(known.line.fields.staleSecret).toBe(true);
    expect(gateway.counts).toMatchObject({ StaleSecretUsed: 1 });
    const unknown = await gateway.send(basic(nextPair));
    expect(unknown.response.statusCode).toBe(503);
    expect(unknown.line.fields.reason).toBe('basic_secret_unavailable');
  });

  test('rejects in time with 503 if the read hangs', async () => {
    const gateway = createTestIngress(
      { a: { current: { accountSid: accountA, authToken: tokenA }, alternates: noAlternates } },
      { basicAuth: () => new Promise(() => undefined), deadlineMs: 30, readTimeoutMs: 60 },
    );
    const { response, line } = await gateway.send(webhookEvent());
    expect(response.statusCode).toBe(503);
    expect(line.fields).toMatchObject({ reason: 'basic_secret_unavailable' });
    expect(gateway.published).toEqual([]);
  });

  test('is never in a log line, and neither are the credentials of the request', async () => {
    const gateway = createGateway({ credentials: [pair] });
    await gateway.send(basic(pair));
    await gateway.send(basic({ username: 'intruder', password: 'guess' }));
    expect(JSON.stringify(gateway.lines)).not.toMatch(/twilio"|correct horse|intruder|guess|Basic dH/);
  });
});
