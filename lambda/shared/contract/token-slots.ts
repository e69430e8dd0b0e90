/** The versions of an account's secret whose keys may verify a webhook, the likeliest first. */
export const tokenSlots = ['current', 'pending', 'previous'] as const;
export type TokenSlot = (typeof tokenSlots)[number];

/**
 * Secrets Manager's label of each. @see
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html
 */
export const labelOfSlot = {
  current: 'AWSCURRENT',
  pending: 'AWSPENDING',
  previous: 'AWSPREVIOUS',
} as const satisfies Readonly<Record<TokenSlot, string>>;

export type VersionLabel = (typeof labelOfSlot)[TokenSlot];
export const versionLabels: readonly VersionLabel[] = tokenSlots.map((slot) => labelOfSlot[slot]);
