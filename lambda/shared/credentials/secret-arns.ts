/**
 * Joins ARNs and writes their common prefix only once, as `arn:…:secret:AccountSecrets{main-AbCdEf,support-GhIjKl}`,
 * because Lambda's limit of 4 KB for environment variables is too small for many full ARNs.
 * @param suffixes separated by commas
 */
export const joinArns = (prefix: string, suffixes: string): string => `${prefix}{${suffixes}}`;

/** Reads ARNs separated by commas, or in the short form of `joinArns`. */
export const readSecretArns = (text: string): readonly string[] => {
  const [, prefix = '', suffixes] = /^([^{},]*)\{([^{}]*)\}$/.exec(text) ?? [];
  return suffixes === undefined ? text.split(',') : suffixes.split(',').map((suffix) => `${prefix}${suffix}`);
};
