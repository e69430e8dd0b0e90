import type { Problems } from './problems';

/** The pattern of a stage's name and of an account's name. */
export const namePattern = /^[a-z][a-z0-9-]{0,15}$/;

/** AWS limits, in bytes, on texts that grow with the number of accounts. */
export const maxEnvironmentBytes = 4_096;
/** All inline policies of a role together, without white space. */
export const maxRolePolicyBytes = 10_240;
/** The value of an output, and its description. */
export const maxOutputBytes = 1_024;

/**
 * Upper bounds on what ingress's environment and policy need besides the accounts: every option on, every name as long
 * as allowed. A test measures them.
 */
export const otherEnvironmentBytes = 1_310;
export const otherPolicyBytes = 2_000;

/**
 * After the account's name, an ARN has the 8 characters that end the CDK's logical id, the 12 that CloudFormation
 * appends and the 6 that Secrets Manager appends.
 */
const generatedCharacters = 8 + 1 + 12 + 1 + 6;
const longestRegion = 'ap-southeast-2'.length;
const arnBytes = 'arn:aws-us-gov:secretsmanager::123456789012:secret:AccountSecrets'.length + longestRegion;

/** Bytes of an account in the environment: the end of its ARN, and a comma. */
const environmentBytesOf = (account: string): number => account.length + generatedCharacters + 1;
/** Bytes of an account in a policy: its whole ARN in quotes, and a comma. */
const policyBytesOf = (account: string): number => arnBytes + account.length + generatedCharacters + 3;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** Up to this many accounts, full ARNs fit into an environment variable and into an output. */
const maxFullArns = 7;

const longestArnBytes = arnBytes + 'a234567890123456'.length + generatedCharacters + 1;

/** How many ARNs are in an output. @param extraNameLength of `StageContext` */
export const arnsPerOutput = (extraNameLength: number): number =>
  Math.min(maxFullArns, Math.max(1, Math.floor(maxOutputBytes / (longestArnBytes + extraNameLength))));

/** @param extraNameLength of `StageContext` */
export const accountProblems = (accounts: readonly string[], extraNameLength = 0): Problems => [
  ...nameProblems(accounts),
  ...sizeProblems(accounts, extraNameLength),
];

const nameProblems = (accounts: readonly string[]): Problems => [
  ...(accounts.length === 0 ? ["accounts is empty: name at least one Twilio account, for example ['main']"] : []),
  ...accounts
    .filter((name) => !namePattern.test(name))
    .map((name) => `accounts contains ${JSON.stringify(name)}: a name must match ${namePattern.source}`),
  ...(new Set(accounts).size === accounts.length
    ? []
    : [`accounts contains a name twice (${accounts.join(', ')}): give each name once`]),
];

/** More accounts than AWS allows would otherwise make CloudFormation fail in the middle of a deployment. */
const sizeProblems = (accounts: readonly string[], extra: number): Problems => {
  const check = (place: string, needed: number, available: number): Problems =>
    needed <= available
      ? []
      : [
          `accounts has ${accounts.length} names, which need ${needed} bytes of ${place}, ` +
            `where ${available} are left: give fewer or shorter names`,
        ];
  return [
    ...check(
      "ingress's environment",
      arnBytes + extra + sum(accounts.map(environmentBytesOf)),
      // Another secret, and a name more.
      maxEnvironmentBytes - otherEnvironmentBytes - 2 * extra,
    ),
    ...check(
      "ingress's policy",
      sum(accounts.map((account) => policyBytesOf(account) + extra)),
      // The log group, another secret, and as much again.
      maxRolePolicyBytes - otherPolicyBytes - 4 * extra,
    ),
  ];
};
