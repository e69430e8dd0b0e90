/** What identifies an error without quoting it: Node's code (`ECONNREFUSED`), or else its name. */
export const errorCode = (error: unknown): string => {
  if (typeof error !== 'object' || error === null) return 'unknown';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.name : 'unknown';
};
