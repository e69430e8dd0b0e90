import type { CanaryPorts, PostResult } from '../../../lambda/canary/ports';
import { runCanaries } from '../../../lambda/canary/run-canaries';
import { canaryType } from '../../../lambda/shared/contract/canary';
import type { MetricName } from '../../../lambda/shared/contract/metric-names';
import { parseForm } from '../../../lambda/shared/payload/form';
import { verifySignature } from '../../../lambda/shared/signature/signature';
import type { LogFields, LogLevel } from '../../../lambda/shared/runtime/ports';

const eventsUrl = 'https://hooks.example.com/events';
const authToken = 'the-current-token';
const sidOf = (arn: string): string => `AC${arn.padStart(32, '0')}`;

/** A gateway that stores each canary at once, and a canary that looks at it. */
const canary = (faults: Partial<CanaryPorts> = {}) => {
  const stored = new Set<string>();
  const removed: string[] = [];
  const posted: { readonly headers: Readonly<Record<string, string>>; readonly body: string }[] = [];
  const lines: (LogFields & { readonly level: LogLevel })[] = [];
  const counts: Partial<Record<MetricName, number>> = {};
  let ids = 0;
  let time = 0;
  const ports: CanaryPorts = {
    readToken: (arn) => Promise.resolve({ kind: 'ok', accountSid: sidOf(arn), authToken }),
    post: (_, headers, body) => {
      posted.push({ headers, body });
      const { AccountSid, CanaryId } = parseForm(body);
      stored.add(`${String(AccountSid)} ${String(CanaryId)}`);
      time += 120;
      return Promise.resolve({ kind: 'answer', status: 204 });
    },
    isStored: (accountSid, canaryId) => Promise.resolve(stored.has(`${accountSid} ${canaryId}`)),
    remove: (accountSid, canaryId) => {
      removed.push(`${accountSid} ${canaryId}`);
      return Promise.resolve();
    },
    newId: () => `id-${(ids += 1)}`,
    sleep: () => new Promise((resolve) => setImmediate(resolve)),
    log: (level, fields) => lines.push({ level, ...fields }),
    metrics: { count: (name, value = 1) => (counts[name] = (counts[name] ?? 0) + value) },
    now: () => time,
    ...faults,
  };
  const run = async (accounts: readonly string[] = ['1'], timeoutMs = 1_000): Promise<void> => {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), timeoutMs);
    await runCanaries(ports, { eventsUrl, accountSecretArns: accounts }, controller.signal);
    clearTimeout(timer);
  };
  return { run, stored, removed, posted, lines, counts };
};

const answered = (result: PostResult): Partial<CanaryPorts> => ({ post: () => Promise.resolve(result) });

describe('a run of canaries', () => {
  it('posts a form that the token of the account has signed, and counts one success', async () => {
    const { run, posted, removed, lines, counts } = canary();
    await run();
    const headers = posted[0]?.headers ?? {};
    const params = parseForm(posted[0]?.body ?? '');
    expect(params).toMatchObject({ AccountSid: sidOf('1'), EventType: canaryType, CanaryId: 'id-1' });
    const signature = headers['x-twilio-signature'] ?? '';
    const key = { algorithm: 'HMAC-SHA1', secret: authToken } as const;
    expect(verifySignature(key, signature, { url: eventsUrl, params })).toBe(true);
    expect(headers).not.toHaveProperty('authorization');
    expect(removed).toEqual([`${sidOf('1')} id-1`]);
    expect(counts).toEqual({ CanarySucceeded: 1, CanaryLatency: 120 });
    expect(lines).toEqual([{ level: 'info', reason: 'canary_succeeded', durationMs: 120 }]);
  });

  it('sends the user name and password of a stage with Basic authentication', async () => {
    const { run, posted } = canary({ readAuthorization: () => Promise.resolve({ kind: 'ok', header: 'Basic eA==' }) });
    await run();
    expect(posted[0]?.headers).toMatchObject({ authorization: 'Basic eA==' });
  });

  it('counts one success for many accounts, and one failure if one of them fails', async () => {
    const accounts = Array.from({ length: 12 }, (_, at) => String(at + 1));
    const all = canary();
    await all.run(accounts);
    expect(all.counts).toMatchObject({ CanarySucceeded: 1 });
    expect(all.removed).toHaveLength(12);

    const one = canary({
      readToken: (arn) =>
        Promise.resolve(
          arn === '7'
            ? { kind: 'unusable', detail: 'the secret of an account is not set yet' }
            : { kind: 'ok', accountSid: sidOf(arn), authToken },
        ),
    });
    await one.run(accounts);
    expect(one.counts).toEqual({ CanaryFailed: 1 });
    expect(one.removed).toHaveLength(11);
    expect(one.lines).toMatchObject([{ level: 'error', reason: 'canary_secret_not_usable' }]);
  });

  it.each<[PostResult, object]>([
    [
      { kind: 'no_address', errorName: 'ENOTFOUND' },
      { reason: 'canary_dns_failed', errorName: 'ENOTFOUND' },
    ],
    [
      { kind: 'no_answer', errorName: 'TimeoutError' },
      { reason: 'canary_no_answer', errorName: 'TimeoutError' },
    ],
    [
      { kind: 'answer', status: 401 },
      { status: 401, detail: expect.stringContaining('password') as string },
    ],
    [
      { kind: 'answer', status: 403 },
      { status: 403, detail: expect.stringContaining('signature') as string },
    ],
    [
      { kind: 'answer', status: 404 },
      { status: 404, detail: expect.stringContaining('route') as string },
    ],
    [
      { kind: 'answer', status: 429 },
      { status: 429, detail: expect.stringContaining('throttle') as string },
    ],
    [
      { kind: 'answer', status: 302 },
      { status: 302, detail: expect.stringContaining('another server') as string },
    ],
    [
      { kind: 'answer', status: 503 },
      { status: 503, detail: expect.stringContaining('ingress failed') as string },
    ],
  ])('says what %j means', async (result, expected) => {
    const { run, lines, counts } = canary(answered(result));
    await run();
    expect(counts).toEqual({ CanaryFailed: 1 });
    expect(lines).toMatchObject([{ level: 'error', account: sidOf('1').slice(-6), ...expected }]);
  });

  it('fails if the item does not come in time, and removes it nevertheless', async () => {
    const { run, lines, removed } = canary({ isStored: () => Promise.resolve(false) });
    await run(['1'], 20);
    expect(lines).toMatchObject([{ reason: 'canary_not_stored' }]);
    expect(removed).toHaveLength(1);
  });

  it('names the error of the table, and never quotes it', async () => {
    const denied = Object.assign(new Error('quotes AC123'), { name: 'AccessDeniedException' });
    const { run, lines } = canary({ isStored: () => Promise.reject(denied) });
    await run();
    expect(lines).toMatchObject([{ reason: 'canary_not_stored', errorName: 'AccessDeniedException' }]);
    expect(JSON.stringify(lines)).not.toContain('quotes');
  });

  it('fails if Twilio refuses the token, although the canary came through', async () => {
    const asked: string[] = [];
    const { run, counts, lines, removed } = canary({
      checkToken: (token) => {
        asked.push(`${token.accountSid} ${token.authToken}`);
        return Promise.resolve({ kind: 'refused', status: 401 });
      },
    });
    await run();
    expect(asked).toEqual([`${sidOf('1')} ${authToken}`]);
    expect(counts).toEqual({ CanaryFailed: 1 });
    expect(lines).toMatchObject([{ level: 'error', reason: 'canary_token_refused', status: 401 }]);
    expect(removed).toHaveLength(1);
  });

  it.each([{ status: 503 }, { errorName: 'TimeoutError' }])(
    'succeeds if Twilio does not say whether it accepts the token (%j), and counts it',
    async (answer) => {
      const { run, counts, lines } = canary({ checkToken: () => Promise.resolve({ kind: 'unknown', ...answer }) });
      await run(['1', '2']);
      expect(counts).toMatchObject({ CanarySucceeded: 1, CanaryTokenUnknown: 2 });
      expect(lines[0]).toMatchObject({ level: 'warn', reason: 'canary_token_unknown', ...answer });
    },
  );

  it('names both steps if the token is refused and the canary does not come through', async () => {
    const { run, lines } = canary({
      ...answered({ kind: 'answer', status: 404 }),
      checkToken: () => Promise.resolve({ kind: 'refused', status: 403 }),
    });
    await run();
    expect(lines.map(({ reason }) => reason)).toEqual(['canary_token_refused', 'canary_rejected']);
  });

  it('waits for the events of several accounts with one request at a time, and ignores old ones', async () => {
    let taking = 0;
    let mostAtOnce = 0;
    const queue = ['old', 'id-2', 'id-1', 'id-3'];
    const { run, counts } = canary({
      takePublished: async () => {
        taking += 1;
        mostAtOnce = Math.max(mostAtOnce, taking);
        await new Promise((resolve) => setImmediate(resolve));
        taking -= 1;
        return queue.splice(0, 1);
      },
    });
    await run(['1', '2', '3']);
    expect(counts).toMatchObject({ CanarySucceeded: 1 });
    expect(mostAtOnce).toBe(1);
  });

  it('fails if the event does not come out of the topic in time', async () => {
    const { run, lines, removed } = canary({
      takePublished: () => new Promise((resolve) => setTimeout(() => resolve([]), 5)),
    });
    await run(['1'], 30);
    expect(lines).toMatchObject([{ reason: 'canary_not_published' }]);
    expect(removed).toHaveLength(1);
  });

  it('counts a success if the item cannot be removed, because it expires', async () => {
    const { run, lines, counts } = canary({ remove: () => Promise.reject(new Error('throttled')) });
    await run();
    expect(counts).toMatchObject({ CanarySucceeded: 1 });
    expect(lines).toMatchObject([{ level: 'warn', reason: 'canary_not_removed' }, { reason: 'canary_succeeded' }]);
  });
});
