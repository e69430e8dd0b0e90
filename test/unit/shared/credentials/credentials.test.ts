import { setTimeout as sleep } from 'node:timers/promises';
import {
  accountA,
  accountB,
  createTestIngress,
  noAlternates,
  sms,
  tokenA,
  tokenB,
  usage,
  webhookEvent,
  type FakeSecret,
} from '../../ingress/fakes';
import type { CredentialFailure } from '../../../../lambda/shared/credentials/account-secret-source';
import { propagationBoundMs, minPollIntervalMs } from '../../../../lambda/shared/credentials/secret-timing';

const hourMs = 3_600_000;
const secretA = (authToken = tokenA): FakeSecret => ({
  current: { accountSid: accountA, authToken },
  alternates: noAlternates,
});
const ofA = (authToken: string) => ({ accountSid: accountA, authToken });
const outage: CredentialFailure = { reason: 'unavailable', errorName: 'TimeoutError' };

const failures: [CredentialFailure['reason'], number, string, string | undefined][] = [
  ['missing', 500, 'ConfigError', 'run npx twilio-webhook-gateway secret set --stage dev'],
  ['placeholder', 500, 'ConfigError', 'run npx twilio-webhook-gateway secret set --stage dev'],
  ['invalid', 500, 'ConfigError', 'run npx twilio-webhook-gateway secret set --stage dev'],
  ['denied', 500, 'ConfigError', 'secretsmanager:GetSecretValue'],
  ['unavailable', 503, 'SecretUnavailable', undefined],
];
test.each(failures)('rejects while the secret is %s with %s', async (reason, status, metric, remedy) => {
  const gateway = createTestIngress({ a: { current: { reason }, alternates: noAlternates } });
  const { response, line } = await gateway.send(webhookEvent());
  expect(response.statusCode).toBe(status);
  expect(line).toMatchObject({ level: 'error', fields: { reason: `credentials_${reason}` } });
  if (remedy !== undefined) expect(line.fields.detail).toContain(remedy);
  expect(gateway.counts).toEqual({ [metric]: 1 });
  expect(gateway.published).toEqual([]);
});

test('rejects with 503 when reading the secret throws, and logs only the name of the error', async () => {
  const gateway = createTestIngress({ a: { current: 'throws', alternates: noAlternates } });
  const { response, line } = await gateway.send(webhookEvent());
  expect(response.statusCode).toBe(503);
  expect(line.fields).toMatchObject({ reason: 'credentials_unavailable', errorName: 'TypeError' });
  expect(JSON.stringify(line)).not.toContain('quotes');
});

test('a secret that is set after a failure works within seconds', async () => {
  const gateway = createTestIngress({ a: { current: { reason: 'placeholder' }, alternates: noAlternates } });
  await gateway.send(webhookEvent());
  gateway.secrets['a'] = secretA();
  gateway.clock.now += 5_000;
  expect((await gateway.ingress(webhookEvent())).statusCode).toBe(200);
});

test('a genuine webhook costs one read of the secret in a fresh process and none in a warm one', async () => {
  const gateway = createTestIngress();
  await gateway.ingress(webhookEvent());
  await gateway.ingress(webhookEvent());
  expect(gateway.reads).toEqual(['describe a', `version ${tokenA} of a`]);
});

test('a known version is not read again: a refresh without news reads no token', async () => {
  const gateway = createTestIngress();
  await gateway.ingress(webhookEvent());
  gateway.clock.now += 301_000;
  await gateway.ingress(webhookEvent());
  expect(gateway.reads.slice(2)).toEqual(['describe a']);
});

test('the known token keeps working during an outage, and each use is counted', async () => {
  const gateway = createTestIngress();
  await gateway.ingress(webhookEvent());
  gateway.secrets['a'] = { current: outage, alternates: outage };
  gateway.clock.now += hourMs;
  const { response, line } = await gateway.send(webhookEvent());
  expect(response.statusCode).toBe(200);
  expect(line.fields.staleSecret).toBe(true);
  expect(gateway.counts).toEqual({ Accepted: 2, StaleSecretUsed: 1 });
  expect(gateway.published).toHaveLength(2);
});

test('rejects with 503 once the known token is older than allowed', async () => {
  const gateway = createTestIngress();
  await gateway.ingress(webhookEvent());
  gateway.secrets['a'] = { current: outage, alternates: outage };
  gateway.clock.now += 24 * hourMs;
  expect((await gateway.ingress(webhookEvent())).statusCode).toBe(503);
  expect(gateway.published).toHaveLength(1);
});

test('rejects with 5xx, not 403, a webhook that an unreadable token may have signed', async () => {
  const gateway = createTestIngress();
  await gateway.ingress(webhookEvent());
  gateway.secrets['a'] = { current: outage, alternates: outage };
  gateway.clock.now += hourMs;
  expect((await gateway.ingress(webhookEvent({ token: 'promoted-during-the-outage' }))).statusCode).toBe(503);
  expect(gateway.published).toHaveLength(1);
});

test('a deleted secret is not used any more, even if its token is still cached', async () => {
  const gateway = createTestIngress();
  await gateway.ingress(webhookEvent());
  gateway.secrets['a'] = { current: { reason: 'missing' }, alternates: { reason: 'missing' } };
  gateway.clock.now += hourMs;
  const { response, line } = await gateway.send(webhookEvent());
  expect(response.statusCode).toBe(500);
  expect(line.fields.reason).toBe('credentials_missing');
});

describe('around a rotation', () => {
  test('a webhook signed with the pending token is accepted and says so', async () => {
    const gateway = createTestIngress({
      a: { ...secretA(), alternates: { pending: ofA('token-pending'), previousUntil: 0 } },
    });
    const { response, line } = await gateway.send(webhookEvent({ token: 'token-pending' }));
    expect(response.statusCode).toBe(200);
    expect(line.fields).toMatchObject({ tokenSlot: 'pending', staleSecret: false });
    expect(gateway.envelopes()[0]?.tokenSlot).toBe('pending');
  });

  test('the previous token is accepted until its time is over', async () => {
    const gateway = createTestIngress();
    gateway.secrets['a'] = {
      ...secretA(),
      alternates: { previous: ofA('token-previous'), previousUntil: gateway.clock.now + 100 },
    };
    const event = webhookEvent({ token: 'token-previous' });
    const { line } = await gateway.send(event);
    expect(line.fields).toMatchObject({ reason: 'accepted', tokenSlot: 'previous' });
    gateway.clock.now += 100;
    expect((await gateway.ingress(event)).statusCode).toBe(403);
    expect(gateway.published).toHaveLength(1);
  });

  test('rejects a token that is two generations old', async () => {
    const gateway = createTestIngress({
      a: { ...secretA(), alternates: { previous: ofA('token-previous'), previousUntil: Infinity } },
    });
    expect((await gateway.ingress(webhookEvent({ token: 'token-before-that' }))).statusCode).toBe(403);
    expect(gateway.published).toEqual([]);
  });

  test("rejects another account's pending token", async () => {
    const alternates = { pending: { accountSid: accountB, authToken: tokenB }, previousUntil: 0 };
    const gateway = createTestIngress({ a: { ...secretA(), alternates } });
    expect((await gateway.ingress(webhookEvent({ token: tokenB }))).statusCode).toBe(403);
    expect(gateway.published).toEqual([]);
  });

  test('rejects with 503 while the pending token cannot be read, because it may have signed', async () => {
    const gateway = createTestIngress({ a: { ...secretA(), alternates: outage } });
    const { response, line } = await gateway.send(webhookEvent({ token: 'token-pending' }));
    expect(response.statusCode).toBe(503);
    expect(line.fields.reason).toBe('credentials_unavailable');
  });

  test('a token that replaced the known one is found by a forced refresh, in several rotations', async () => {
    const gateway = createTestIngress();
    for (const token of ['token-1', 'token-2', 'token-3']) {
      gateway.secrets['a'] = secretA(token);
      gateway.clock.now += 5_000;
      expect((await gateway.ingress(webhookEvent({ token }))).statusCode).toBe(200);
    }
    expect(gateway.published).toHaveLength(3);
  });

  test('another account in the same secret is found by a forced refresh', async () => {
    const gateway = createTestIngress();
    await gateway.ingress(webhookEvent());
    gateway.secrets['a'] = { current: { accountSid: accountB, authToken: tokenB }, alternates: noAlternates };
    gateway.clock.now += 1;
    const event = webhookEvent({ fields: { ...sms, AccountSid: accountB }, token: tokenB });
    expect((await gateway.ingress(event)).statusCode).toBe(200);
  });
});

test('rejects many wrong signatures with one poll of Secrets Manager in five seconds, and reads no token', async () => {
  const gateway = createTestIngress();
  await gateway.ingress(webhookEvent());
  await gateway.ingress(webhookEvent({ token: 'wrong' }));
  expect(gateway.reads).toEqual(['describe a', `version ${tokenA} of a`, 'describe a']);

  const storm = async () => {
    const before = gateway.reads.length;
    const events = Array.from({ length: 100 }, () => webhookEvent({ token: 'wrong' }));
    const responses = await Promise.all(events.map((event) => gateway.ingress(event)));
    expect(responses.map(({ statusCode }) => statusCode)).toEqual(Array(100).fill(403));
    return gateway.reads.slice(before);
  };
  gateway.clock.now += minPollIntervalMs;
  expect(await storm()).toEqual(['describe a']);
  gateway.clock.now += minPollIntervalMs - 1;
  expect(await storm()).toEqual([]);
  gateway.clock.now += 1;
  expect(await storm()).toEqual(['describe a']);
  expect(gateway.counts).toEqual({ Accepted: 1, SignatureRejected: 301 });
  expect(gateway.published).toHaveLength(1);
});

test('a second rotation right after the first is found, because only polls without a change are limited', async () => {
  const gateway = createTestIngress();
  await gateway.ingress(webhookEvent());
  await gateway.ingress(webhookEvent({ token: 'wrong' }));
  gateway.clock.now += minPollIntervalMs;
  for (const token of ['token-second', 'token-third', 'token-fourth']) {
    gateway.clock.now += 1_000;
    gateway.secrets['a'] = secretA(token);
    expect((await gateway.ingress(webhookEvent({ token }))).statusCode).toBe(200);
  }
});

describe('amid forged requests', () => {
  const junk = () => webhookEvent({ token: 'wrong' });

  test('a token that has been pending long enough is accepted, even if forged requests have used up the polls', async () => {
    const gateway = createTestIngress();
    await gateway.ingress(junk());
    gateway.clock.now += minPollIntervalMs;
    // The last poll before the rotation stages its token.
    await gateway.ingress(junk());
    gateway.secrets['a'] = {
      ...secretA(),
      alternates: { pending: ofA('token-pending'), previousUntil: 0 },
    };
    for (let waitedMs = 0; waitedMs < propagationBoundMs; waitedMs += 100) {
      gateway.clock.now += 100;
      expect((await gateway.ingress(junk())).statusCode).toBe(403);
    }
    const { response, line } = await gateway.send(webhookEvent({ token: 'token-pending' }));
    expect(response.statusCode).toBe(200);
    expect(line.fields.tokenSlot).toBe('pending');
  });
});

test('a webhook waits for a token that a background read is fetching', async () => {
  const gateway = createTestIngress({ a: secretA() }, { onTheWay: () => sleep(20) });
  await gateway.ingress(webhookEvent());
  await gateway.ingress(webhookEvent({ token: 'wrong' }));
  gateway.secrets['a'] = secretA('token-new');
  // The snapshot is past its time to live, so the request itself starts a read and is served the old tokens meanwhile.
  gateway.clock.now += 301_000;
  const { response, line } = await gateway.send(webhookEvent({ token: 'token-new' }));
  expect(response.statusCode).toBe(200);
  expect(line.fields.tokenSlot).toBe('current');
  expect(gateway.reads.slice(3)).toEqual(['describe a', 'version token-new of a']);
});

test('the previous token is known as soon as the current one has changed', async () => {
  const gateway = createTestIngress();
  await gateway.ingress(webhookEvent());
  gateway.clock.now += 301_000;
  gateway.secrets['a'] = {
    ...secretA('token-new'),
    alternates: { previous: ofA(tokenA), previousUntil: Infinity },
  };
  // The expired token is used once more while the secret is read again in the background. One version is new, the other
  // is known.
  await gateway.ingress(webhookEvent());
  await gateway.credentials.finishReads();
  const before = gateway.reads.length;
  const { response, line } = await gateway.send(webhookEvent());
  expect(response.statusCode).toBe(200);
  expect(line.fields.tokenSlot).toBe('previous');
  expect(gateway.reads.slice(2)).toEqual(['describe a', 'version token-new of a']);
  expect(gateway.reads.slice(before)).toEqual([]);
});

describe('with several accounts', () => {
  const failing = (): Record<string, FakeSecret> => ({
    a: secretA(),
    b: { current: { reason: 'denied', errorName: 'AccessDeniedException' }, alternates: noAlternates },
  });

  test("a failing secret of one account does not affect webhooks signed with the others' tokens", async () => {
    const gateway = createTestIngress(failing());
    expect((await gateway.ingress(webhookEvent())).statusCode).toBe(200);
    expect(gateway.published).toHaveLength(1);
  });

  const forgeries = {
    'a configured account': webhookEvent({ token: 'wrong' }),
    'an account that is not configured': webhookEvent({
      fields: { ...sms, AccountSid: `AC${'f'.repeat(32)}` },
      token: 'wrong',
    }),
    'no account': webhookEvent({ route: 'events', fields: { Sid: 'x' }, token: 'wrong' }),
  };
  const unreadable: readonly (readonly [name: string, secret: FakeSecret, status: number])[] = [
    ['a placeholder', { current: { reason: 'placeholder' }, alternates: noAlternates }, 500],
    ['a secret that does not exist', { current: { reason: 'missing' }, alternates: noAlternates }, 500],
    ['a malformed secret', { current: { reason: 'invalid' }, alternates: noAlternates }, 500],
    ['a secret that must not be read', { current: { reason: 'denied' }, alternates: noAlternates }, 500],
    ['a secret that cannot be read', { current: outage, alternates: noAlternates }, 503],
    [
      'an unreadable pending version',
      { current: { accountSid: accountB, authToken: tokenB }, alternates: outage },
      503,
    ],
  ];
  test.each(unreadable)(
    'rejects forgeries in the same way during %s, whichever account they name',
    async (_, other, status) => {
      const answers = await Promise.all(
        [
          { a: secretA(), b: other },
          { b: other, a: secretA() },
        ].flatMap((secrets) => Object.values(forgeries).map((event) => createTestIngress(secrets).ingress(event))),
      );
      const [first] = answers;
      expect(first?.statusCode).toBe(status);
      for (const answer of answers) expect(answer).toEqual(first);
    },
  );

  test('rejects forgeries alike while a known token is older than wanted', async () => {
    const gateway = createTestIngress({
      a: secretA(),
      b: { current: { accountSid: accountB, authToken: tokenB }, alternates: noAlternates },
    });
    await gateway.ingress(webhookEvent());
    gateway.secrets['b'] = { current: outage, alternates: outage };
    gateway.clock.now += hourMs;
    const answers = [];
    for (const event of Object.values(forgeries)) answers.push(await gateway.ingress(event));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([503, 503, 503]);
    expect(gateway.published).toHaveLength(1);
  });

  test('rejects forgeries alike, with 403, while everything is known', async () => {
    const gateway = createTestIngress({ a: secretA() });
    const answers = await Promise.all(Object.values(forgeries).map((event) => gateway.ingress(event)));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([403, 403, 403]);
    const [first] = answers;
    for (const answer of answers) expect(answer).toEqual(first);
  });

  test('rejects with 500 a webhook that the account with the failing secret may have sent', async () => {
    const gateway = createTestIngress(failing());
    const { response, line } = await gateway.send(
      webhookEvent({ fields: { ...sms, AccountSid: accountB }, token: tokenB }),
    );
    expect(response.statusCode).toBe(500);
    expect(line.fields).toMatchObject({ reason: 'credentials_denied', errorName: 'AccessDeniedException' });
    expect(gateway.published).toEqual([]);
  });

  test('rejects the token of one account for a webhook that claims another', async () => {
    const gateway = createTestIngress({
      a: secretA(),
      b: { current: { accountSid: accountB, authToken: tokenB }, alternates: noAlternates },
    });
    const event = webhookEvent({ route: 'usage', fields: usage, token: tokenB });
    expect((await gateway.ingress(event)).statusCode).toBe(403);
    expect(gateway.published).toEqual([]);
  });
});

describe('a token that is promoted between the reads of one request', () => {
  const promoted = (token: string): FakeSecret => ({
    ...secretA(token),
    alternates: { previous: ofA(tokenA), previousUntil: Infinity },
  });

  test('is found by an environment that read the labels before the promotion and the versions after it', async () => {
    let reads = 0;
    const gateway = createTestIngress(
      { a: secretA() },
      {
        onTheWay: () => {
          reads += 1;
          if (reads === 1) gateway.secrets['a'] = promoted('token-new');
          return Promise.resolve();
        },
      },
    );
    const { response, line } = await gateway.send(webhookEvent({ token: 'token-new' }));
    expect(response.statusCode).toBe(200);
    expect(line.fields.tokenSlot).toBe('current');
    expect(gateway.reads).toEqual(['describe a', `version ${tokenA} of a`, 'describe a', 'version token-new of a']);
  });

  test('is found without another poll if it was pending before', async () => {
    let reads = 0;
    const gateway = createTestIngress(
      { a: { ...secretA(), alternates: { pending: ofA('token-new'), previousUntil: 0 } } },
      {
        onTheWay: () => {
          reads += 1;
          if (reads === 1) gateway.secrets['a'] = promoted('token-new');
          return Promise.resolve();
        },
      },
    );
    const { response, line } = await gateway.send(webhookEvent({ token: 'token-new' }));
    expect(response.statusCode).toBe(200);
    expect(line.fields.tokenSlot).toBe('pending');
    expect(gateway.reads).toHaveLength(3);
  });

  test('rejects with 503, not 403, when AWSCURRENT cannot be read again', async () => {
    let reads = 0;
    const gateway = createTestIngress(
      { a: secretA() },
      {
        onTheWay: () => {
          reads += 1;
          if (reads === 1) gateway.secrets['a'] = promoted('token-new');
          if (reads === 2) gateway.secrets['a'] = { ...promoted('token-new'), current: outage };
          return Promise.resolve();
        },
      },
    );
    const event = webhookEvent({ token: 'token-new' });
    expect((await gateway.ingress(event)).statusCode).toBe(503);
    expect((await gateway.ingress(event)).statusCode).toBe(503);
    gateway.secrets['a'] = promoted('token-new');
    gateway.clock.now += 10_000;
    expect((await gateway.ingress(event)).statusCode).toBe(200);
  });

  test('is found even if forged requests have used up the poll, because it was pending at that time', async () => {
    const gateway = createTestIngress();
    const junk = () => gateway.ingress(webhookEvent({ token: 'wrong' }));
    await gateway.ingress(webhookEvent());
    gateway.clock.now += 100_000;
    gateway.secrets['a'] = {
      ...secretA(),
      alternates: { pending: ofA('token-new'), previousUntil: 0 },
    };
    await junk();
    // The last poll before the promotion.
    await junk();
    gateway.secrets['a'] = promoted('token-new');
    gateway.clock.now += 4_000;
    await junk();
    const responses = await Promise.all(
      Array.from({ length: 3 }, () => gateway.ingress(webhookEvent({ token: 'token-new' }))),
    );
    expect(responses.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
    const before = gateway.reads.length;
    await junk();
    expect(gateway.reads.slice(before)).toEqual([]);
  });
});
