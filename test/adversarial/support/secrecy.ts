/** Everything secret that a run has sent and no log may show: tokens, signatures, credentials, texts, numbers. */
export interface Secrecy {
  /** Texts that must not be logged. */
  readonly watch: (...texts: readonly string[]) => void;
  /** Fails if the log contains one of them. */
  readonly expectNothingIn: (log: string) => void;
}

/** Shorter texts could occur by chance. */
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
