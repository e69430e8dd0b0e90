import type { AccountSecret } from '../../../../lambda/shared/credentials/account-secret';
import type { SecretDescription, VersionRead } from '../../../../lambda/shared/credentials/account-secret-source';
import type { LogFields } from '../../../../lambda/shared/runtime/ports';
import { createSnapshotReader } from '../../../../lambda/shared/credentials/secret-snapshot';

const accountSid = `AC${'a'.repeat(32)}`;
const secret = (authToken: string): AccountSecret => ({ accountSid, authToken });
const ok = (authToken: string): VersionRead => ({ kind: 'ok', secret: secret(authToken) });
const outage = { reason: 'unavailable', errorName: 'TimeoutError' } as const;
const hourMs = 3_600_000;

type Ids = Extract<SecretDescription, { readonly kind: 'ok' }>['versionIds'];

/** A secret with versions v1 (previous), v2 (current) and v3 (pending), and a reader of it. */
const createTestReader = (versions: Record<string, VersionRead> = {}) => {
  const held: Record<string, VersionRead> = {
    v1: ok('previous'),
    v2: ok('current'),
    v3: ok('pending'),
    ...versions,
  };
  const state = {
    now: 0,
    ids: { AWSCURRENT: 'v2', AWSPENDING: 'v3', AWSPREVIOUS: 'v1' } as Ids,
    previousUntil: hourMs,
  };
  const calls: string[] = [];
  const lines: LogFields[] = [];
  const read = createSnapshotReader('arn', {
    source: {
      describe: () => {
        calls.push('describe');
        return Promise.resolve({
          kind: 'ok',
          versionIds: state.ids,
          previousUntil: state.previousUntil,
        });
      },
      version: (_, id) => {
        calls.push(id);
        return Promise.resolve(held[id] ?? { kind: 'missing' });
      },
    },
    now: () => state.now,
    log: (_, fields) => void lines.push(fields),
  });
  return { held, state, calls, lines, read: () => read(new AbortController().signal) };
};

test('a snapshot holds the labelled versions, each read by its id', async () => {
  const { read, calls } = createTestReader();
  expect(await read()).toEqual({
    kind: 'ok',
    value: {
      current: secret('current'),
      pending: secret('pending'),
      previous: secret('previous'),
      previousUntil: hourMs,
      unread: undefined,
    },
  });
  expect(calls).toEqual(['describe', 'v2', 'v3', 'v1']);
});

test('a known version is not read again, and without a new one the same snapshot is returned', async () => {
  const { read, calls, state } = createTestReader();
  const first = await read();
  const second = await read();
  expect(calls.slice(4)).toEqual(['describe']);
  if (first.kind !== 'ok' || second.kind !== 'ok') throw new Error('both must be read');
  expect(second.value).toBe(first.value);

  // A promotion moves labels, and nothing else.
  state.ids = { AWSCURRENT: 'v3', AWSPREVIOUS: 'v2' };
  const third = await read();
  expect(calls.slice(5)).toEqual(['describe']);
  expect(third).toMatchObject({ value: { current: secret('pending'), previous: secret('current') } });
});

test('the previous version is not read once its time is over', async () => {
  const { read, calls, state } = createTestReader();
  state.now = hourMs;
  expect(await read()).toMatchObject({ kind: 'ok', value: { previous: undefined } });
  expect(calls).toEqual(['describe', 'v2', 'v3']);
});

test.each([
  ['no value', { kind: 'missing' }],
  ['a malformed value', { kind: 'invalid', detail: 'no JSON' }],
  ['the placeholder', { kind: 'placeholder' }],
] as const)('a pending version with %s is ignored with one warning', async (_, pending) => {
  const { read, lines } = createTestReader({ v3: pending });
  expect(await read()).toMatchObject({ kind: 'ok', value: { pending: undefined, unread: undefined } });
  await read();
  expect(lines).toEqual([{ reason: 'credentials_invalid', detail: 'AWSPENDING has no usable value and is ignored' }]);
});

test('a pending version that gets its value later is read then', async () => {
  const { read, held } = createTestReader({ v3: { kind: 'missing' } });
  await read();
  held['v3'] = ok('pending');
  expect(await read()).toMatchObject({ kind: 'ok', value: { pending: secret('pending') } });
});

test('a previous version that is still the placeholder is no news', async () => {
  const { read, lines } = createTestReader({ v1: { kind: 'placeholder' } });
  expect(await read()).toMatchObject({ kind: 'ok', value: { previous: undefined, unread: undefined } });
  expect(lines).toEqual([]);
});

test("rejects versions of another account than the current one's", async () => {
  const other: VersionRead = {
    kind: 'ok',
    secret: { accountSid: `AC${'b'.repeat(32)}`, authToken: 'other' },
  };
  const { read } = createTestReader({ v1: other, v3: other });
  expect(await read()).toMatchObject({ kind: 'ok', value: { pending: undefined, previous: undefined } });
});

test('a version that cannot be read leaves a doubt, and is read the next time', async () => {
  const { read, held, calls } = createTestReader({ v3: { kind: 'failure', failure: outage } });
  expect(await read()).toMatchObject({
    kind: 'ok',
    value: { current: secret('current'), pending: undefined, unread: outage },
  });
  held['v3'] = ok('pending');
  expect(await read()).toMatchObject({ value: { pending: secret('pending'), unread: undefined } });
  expect(calls.slice(4)).toEqual(['describe', 'v3']);
});

test.each([
  ['an outage', { kind: 'failure', failure: outage }, { kind: 'failed', failure: outage }],
  ['the placeholder', { kind: 'placeholder' }, { kind: 'notFound', failure: { reason: 'placeholder' } }],
  [
    'a malformed value',
    { kind: 'invalid', detail: 'no JSON' },
    { kind: 'notFound', failure: { reason: 'invalid', detail: 'no JSON' } },
  ],
  ['no value', { kind: 'missing' }, { kind: 'notFound', failure: { reason: 'missing' } }],
] as const)('rejects a current version with %s', async (_, current, expected) => {
  const { read } = createTestReader({ v2: current });
  expect(await read()).toEqual(expected);
});

test('rejects a secret that has no current version', async () => {
  const { read, state } = createTestReader();
  state.ids = { AWSPENDING: 'v3' };
  expect(await read()).toEqual({ kind: 'notFound', failure: { reason: 'missing' } });
});
