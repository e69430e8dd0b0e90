import fc from 'fast-check';
import type { SecretReader } from '../../../../cli/clients/ports';
import type { AccountSecret } from '../../../../lambda/shared/credentials/account-secret';
import { previousTokenMs } from '../../../../lambda/shared/credentials/secret-timing';
import { accountA, accountB, tokenA, tokenB, type FakeSecret } from '../../ingress/fakes';
import { fakeSecrets } from '../fake-environment';

export const keyNames = ['current', 'pending', 'previous', 'shared', 'retired', 'ofB', 'unknown'] as const;
export type KeyName = (typeof keyNames)[number];

/** The keys that may sign. They belong to account A unless the name says another. */
export const keys: Readonly<Record<KeyName, { readonly algorithm: 'sha1' | 'sha256'; readonly secret: string }>> = {
  current: { algorithm: 'sha1', secret: tokenA },
  pending: { algorithm: 'sha1', secret: 'token-of-a-to-come' },
  previous: { algorithm: 'sha1', secret: 'token-of-a-before' },
  shared: { algorithm: 'sha256', secret: 'made-up-shared-key-of-a' },
  retired: { algorithm: 'sha256', secret: 'made-up-shared-key-retired' },
  ofB: { algorithm: 'sha1', secret: tokenB },
  unknown: { algorithm: 'sha1', secret: 'another-dummy-token' },
};

/** The clock of the ingress that answers. */
const now = Date.parse('2026-01-31T10:00:00.000Z');

export interface RandomStage {
  readonly acceptGet: boolean;
  readonly expectedDomainName: string | undefined;
  readonly basic: 'none' | 'usable' | 'placeholder';
  /** What each secret holds. */
  readonly a: 'usable' | 'changed long ago' | 'placeholder' | 'missing' | 'invalid';
  readonly b: 'absent' | 'usable' | 'placeholder';
}

export const randomStage: fc.Arbitrary<RandomStage> = fc.record({
  acceptGet: fc.boolean(),
  expectedDomainName: fc.constantFrom(undefined, undefined, 'hooks.example'),
  basic: fc.constantFrom('none', 'none', 'none', 'none', 'usable', 'usable', 'usable', 'placeholder'),
  a: fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom('usable', 'changed long ago') },
    fc.constantFrom('placeholder', 'missing', 'invalid'),
  ),
  b: fc.oneof({ weight: 10, arbitrary: fc.constantFrom('absent', 'usable') }, fc.constant('placeholder')),
});

const ofA = (token: KeyName, shared: KeyName): AccountSecret => ({
  accountSid: accountA,
  authToken: keys[token].secret,
  sharedKeys: [{ name: shared, key: keys[shared].secret }],
});
const versionsOfA = {
  AWSCURRENT: ofA('current', 'shared'),
  AWSPENDING: ofA('pending', 'shared'),
  AWSPREVIOUS: ofA('previous', 'retired'),
};
const changedAt = (a: RandomStage['a']): number => now - (a === 'usable' ? previousTokenMs / 2 : previousTokenMs * 2);

/** The stage's secrets as ingress's fake has them. */
export const secretsOfIngress = ({ a, b }: RandomStage): Record<string, FakeSecret> => {
  const isUsable = a === 'usable' || a === 'changed long ago';
  const alternates = {
    pending: versionsOfA.AWSPENDING,
    previous: versionsOfA.AWSPREVIOUS,
    previousUntil: changedAt(a) + previousTokenMs,
  };
  const none = { previousUntil: 0 };
  return {
    a: isUsable ? { current: versionsOfA.AWSCURRENT, alternates } : { current: { reason: a }, alternates: none },
    ...(b === 'absent'
      ? {}
      : {
          b: {
            current: b === 'usable' ? { accountSid: accountB, authToken: tokenB } : { reason: 'placeholder' as const },
            alternates: none,
          },
        }),
  };
};

const placeholder = JSON.stringify({ accountSid: 'CHANGE_ME', authToken: 'generated' });
export const pairs = {
  usable: {
    credentials: [
      { username: 'twilio', password: 'right' },
      { username: 'second', password: 'old' },
    ],
  },
  placeholder: { credentials: 'CHANGE_ME' },
} as const;

/** The same secrets as the command reads them. */
export const secretsOfCommand = ({ a, b, basic }: RandomStage) => {
  const versions = Object.fromEntries(
    Object.entries(versionsOfA).map(([label, secret]) => [label, JSON.stringify(secret)]),
  );
  const bySid = {
    ...(a === 'missing'
      ? {}
      : {
          a: a === 'placeholder' ? { AWSCURRENT: placeholder } : a === 'invalid' ? { AWSCURRENT: 'no JSON' } : versions,
        }),
    ...(b === 'absent'
      ? {}
      : {
          b: {
            AWSCURRENT: b === 'usable' ? JSON.stringify({ accountSid: accountB, authToken: tokenB }) : placeholder,
          },
        }),
    ...(basic === 'none' ? {} : { basic: { AWSCURRENT: JSON.stringify(pairs[basic]) } }),
  };
  const secrets = fakeSecrets(bySid);
  const describe: SecretReader['describe'] = async (id) => {
    const found = await secrets.describe(id);
    return found && { ...found, changedAt: new Date(changedAt(a)).toISOString() };
  };
  return {
    secrets: { ...secrets, describe },
    target: {
      secretIds: b === 'absent' ? ['a'] : ['a', 'b'],
      ...(basic === 'none' ? {} : { basicAuthSecretId: 'basic' }),
    },
    now: new Date(now),
  };
};
