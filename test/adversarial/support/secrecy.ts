/** Everything that a run has sent and that no log may show: tokens, signatures, credentials, texts, numbers. */
export interface Secrecy {
  /** Texts that must not be logged. */
  readonly watch: (...texts: readonly string[]) => void;
  /** Fails if one of them stands in the log, without quoting it. */
  readonly expectNothingIn: (log: string) => void;
}

/** Shorter ones would be found by chance. */
const minLength = 8;

export const createSecrecy = (): Secrecy => {
  const watched = new Set<string>();
  return {
    watch: (...texts) => {
      for (const text of texts) if (text.length >= minLength) watched.add(text);
    },
    expectNothingIn: (log) => {
      const leaked = [...watched].filter((text) => log.includes(text));
      const lines = log.split('\n').filter((line) => leaked.some((text) => line.includes(text)));
      expect({ leaked, lines }).toEqual({ leaked: [], lines: [] });
    },
  };
};
