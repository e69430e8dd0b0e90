import { readIfPresent, replaceFile } from '../atomic-file';
import type { Secret } from './secret';

/** All secrets, by name. A change is visible once it is written; one that cannot be written is discarded. */
export interface SecretStore {
  readonly all: () => readonly Secret[];
  /** Applies changes one after another; `change` maps the current secrets to the new ones and a result. */
  readonly update: <T>(
    change: (secrets: readonly Secret[]) => { readonly secrets: readonly Secret[]; readonly result: T },
  ) => Promise<T>;
  /** Waits for the last write. */
  readonly close: () => Promise<void>;
}

export class SecretStoreError extends Error {
  override readonly name = 'SecretStoreError';
}

const version = 1;

/** @throws SecretStoreError for a file that it cannot read */
export const openSecretStore = async (path: string | undefined): Promise<SecretStore> => {
  let secrets = path === undefined ? [] : await load(path);
  let last: Promise<unknown> = Promise.resolve();
  return {
    all: () => secrets,
    update: (change) => {
      const next = last.then(async () => {
        const changed = change(secrets);
        if (path !== undefined && changed.secrets !== secrets) {
          const file = await replaceFile(path, [JSON.stringify({ version, secrets: changed.secrets })]);
          await file.close();
        }
        secrets = changed.secrets;
        return changed.result;
      });
      last = next.catch(() => undefined);
      return next;
    },
    close: async () => {
      await last;
    },
  };
};

const load = async (path: string): Promise<readonly Secret[]> => {
  const content = await readIfPresent(path);
  if (content === undefined) return [];
  try {
    // This program writes the file atomically; the version names its format.
    const stored = JSON.parse(content.toString('utf8')) as {
      readonly version?: unknown;
      readonly secrets?: readonly Secret[];
    };
    if (stored.version === version && stored.secrets !== undefined) return stored.secrets;
  } catch {
    // The parser's message would quote the file, which contains secrets.
  }
  throw new SecretStoreError(
    `${path} is not a store of secrets that this version can read. Move it away to start empty.`,
  );
};
