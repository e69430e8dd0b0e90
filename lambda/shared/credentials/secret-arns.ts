/**
 * Joins ARNs with their common prefix only once, as `arn:…:secret:AccountSecrets{main-AbCdEf,support-GhIjKl}`, because
 * many full ARNs do not fit into an environment of 4 KB.
 * @param ends separated by commas
 */
export const joinArns = (beginning: string, ends: string): string => `${beginning}{${ends}}`;

/** Reads ARNs separated by commas, or in the short form of `joinArns`. */
export const readSecretArns = (text: string): readonly string[] => {
  const [, beginning = '', ends] = /^([^{},]*)\{([^{}]*)\}$/.exec(text) ?? [];
  return ends === undefined ? text.split(',') : ends.split(',').map((end) => `${beginning}${end}`);
};
