import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const secretBytes = 32;
/** Each opened page has one. Above this number the oldest ends. */
const maxSessions = 100;

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Compares hashes, which have the same length: the time says nothing about length or beginning of the secret. */
export const isSameSecret = (given: string, expected: string): boolean =>
  timingSafeEqual(hashOf(given), hashOf(expected));

export interface Sessions {
  /** The secret in the fragment of the console's address. */
  readonly token: string;
  /** A token for one session: other users of the machine can read the command line that opens a browser. */
  oneTimeToken(): string;
  /** A new session for a token; undefined for any other text. */
  open(token: string): string | undefined;
  isOpen(session: string): boolean;
}

const newSecret = (): string => randomBytes(secretBytes).toString('base64url');

/** In memory only: all sessions end with the process. */
export const createSessions = (): Sessions => {
  const token = newSecret();
  // Hashes, so that a look-up compares nothing of the session itself.
  const open = new Set<string>();
  const tokensForOnce = new Set<string>();
  const keyOf = (session: string): string => hashOf(session).toString('base64url');
  return {
    token,
    oneTimeToken: () => {
      const once = newSecret();
      tokensForOnce.add(keyOf(once));
      return once;
    },
    open: (given) => {
      if (!isSameSecret(given, token) && !tokensForOnce.delete(keyOf(given))) return undefined;
      const session = newSecret();
      open.add(keyOf(session));
      const [oldest] = open;
      if (open.size > maxSessions && oldest !== undefined) open.delete(oldest);
      return session;
    },
    isOpen: (session) => open.has(keyOf(session)),
  };
};
