/**
 * Several ARNs in one text, separated by commas. Where they would be too long for an environment of 4 KB, what all
 * begin with is written once: `arn:…:secret:AccountSecrets{main-AbCdEf,support-GhIjKl}`.
 */
export const sharedBeginning = (beginning: string, ends: string): string => `${beginning}{${ends}}`;

/** The ARNs of such a text, in either form. */
export const readSecretArns = (text: string): readonly string[] => {
  const [, beginning = '', ends] = /^([^{},]*)\{([^{}]*)\}$/.exec(text) ?? [];
  return ends === undefined ? text.split(',') : ends.split(',').map((end) => `${beginning}${end}`);
};
