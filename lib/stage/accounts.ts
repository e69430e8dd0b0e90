/** What AWS allows that grows with the accounts of a stage, in bytes. */
export const maxEnvironmentBytes = 4_096;
/** All inline policies of a role together, without white space. */
export const maxRolePolicyBytes = 10_240;
/** One output's value and description are kept below this. */
export const maxOutputBytes = 1_024;

/**
 * What ingress's environment and policy need beside the accounts with every option on and names of the greatest
 * length. A test measures it.
 */
export const otherEnvironmentBytes = 1_310;
export const otherPolicyBytes = 2_000;

/**
 * CloudFormation calls a secret by its logical id and 12 characters; Secrets Manager adds 6 to the ARN. The CDK's
 * logical id ends with 8.
 */
const generatedCharacters = 8 + 1 + 12 + 1 + 6;
const longestRegion = 'ap-southeast-2'.length;
const arnBytes = 'arn:aws-us-gov:secretsmanager::123456789012:secret:AccountSecrets'.length + longestRegion;

/** Bytes of an account in the environment: its end of the ARN, and a comma. */
const environmentBytesOf = (account: string): number => account.length + generatedCharacters + 1;
/** Bytes of an account in a policy: its whole ARN, between quotes, and a comma. */
const policyBytesOf = (account: string): number => arnBytes + account.length + generatedCharacters + 3;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** Accounts of which the ARNs are written one by one; they fit wherever they stand. */
export const accountsInFull = 7;

/** Why a stage cannot have so many accounts, before CloudFormation finds out half-way through a deployment. */
export const accountLimitFaults = (accounts: readonly string[]): readonly string[] => {
  const check = (what: string, needed: number, allowed: number): readonly string[] =>
    needed <= allowed
      ? []
      : [
          `accounts has ${accounts.length} names, which need ${needed} bytes of ${what}, where ${allowed} are left: give fewer or shorter names`,
        ];
  return [
    ...check(
      "ingress's environment",
      arnBytes + sum(accounts.map(environmentBytesOf)),
      maxEnvironmentBytes - otherEnvironmentBytes,
    ),
    ...check("ingress's policy", sum(accounts.map(policyBytesOf)), maxRolePolicyBytes - otherPolicyBytes),
  ];
};
