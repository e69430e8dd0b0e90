/**
 * Writes the common prefix of several ARNs once, `arn:…:secret:AccountSecrets{main-AbCdEf,support-GhIjKl}`, for a list
 * of ARNs that would not fit into an environment of 4 KB.
 */
export const sharedBeginning = (beginning: string, ends: string): string => `${beginning}{${ends}}`;

/** Reads ARNs separated by commas, or in the short form of `sharedBeginning`. */
export const readSecretArns = (text: string): readonly string[] => {
  const [, beginning = '', ends] = /^([^{},]*)\{([^{}]*)\}$/.exec(text) ?? [];
  return ends === undefined ? text.split(',') : ends.split(',').map((end) => `${beginning}${end}`);
};
