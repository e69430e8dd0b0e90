/**
 * The order of statuses in docs/adr/0006, repeated here because the checker must not ask the code that it checks.
 */
export const statusesInOrder = [
  'receiving',
  'received',
  'scheduled',
  'accepted',
  'queued',
  'sending',
  'sent',
  'canceled',
  'failed',
  'undelivered',
  'partially_delivered',
  'delivered',
  'read',
] as const;

/** Compares by status, then a status with an error code before one without, then by code. */
export const isAbove = (
  one: { readonly status: string; readonly errorCode: string | undefined },
  other: { readonly status: string; readonly errorCode: string | undefined },
): boolean => {
  const rank = ({ status }: { readonly status: string }): number =>
    (statusesInOrder as readonly string[]).indexOf(status);
  if (rank(one) !== rank(other)) return rank(one) > rank(other);
  return Number(one.errorCode ?? -1) > Number(other.errorCode ?? -1);
};
