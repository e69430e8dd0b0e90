/** What identifies an error without quoting it: Node's code (`ECONNREFUSED`), or else its name. */
export const errorCode = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
};
