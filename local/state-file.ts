import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { BreakerFacts, webhookUrlOutputs } from '../lambda/shared/contract/stack-outputs';

/** What a running gateway tells other programs, in `.gateway/local.json` of its working directory. */
export interface LocalState {
  readonly pid: number;
  /** Scheme, host, port and stage, e.g. `http://127.0.0.1:3000/dev`. */
  readonly baseUrl: string;
  /** The public form of `baseUrl` that signatures are over, where `--public-url` gave one. */
  readonly publicUrl: string | null;
  readonly webhooks: Readonly<Record<keyof typeof webhookUrlOutputs, string>>;
  readonly endpoints: {
    readonly sqs: string;
    readonly dynamodb: string;
    readonly secretsmanager: string;
    readonly sns: string;
  };
  /** Queue URLs. */
  readonly queues: { readonly events: string; readonly deadLetters: string };
  readonly tableName: string;
  readonly secretIds: readonly string[];
  /** Whether GET webhooks are accepted beside POST. */
  readonly acceptGet: boolean;
  /** Absent where the stage has no Basic authentication. */
  readonly basicAuthSecretId?: string;
  /** Absent where the stage has no circuit breaker. */
  readonly breaker?: BreakerFacts;
  readonly region: string;
}

/**
 * Writes the file and returns what removes it again. Of two gateways in one directory the last to start is the one
 * that commands talk to, so only its own file is removed.
 */
export const writeStateFile = (directory: string, state: LocalState): (() => void) => {
  const file = resolve(directory, '.gateway', 'local.json');
  mkdirSync(dirname(file), { recursive: true });
  // Put in its place as a whole: a program that waits for the file never reads half of it.
  const temporary = `${file}.${String(state.pid)}`;
  writeFileSync(temporary, `${JSON.stringify(state, null, 2)}\n`);
  renameSync(temporary, file);
  return () => {
    try {
      const current = JSON.parse(readFileSync(file, 'utf8')) as Partial<LocalState>;
      if (current.pid === state.pid && current.baseUrl === state.baseUrl) rmSync(file);
    } catch {
      // Gone or unreadable: nothing of ours is left to remove.
    }
  };
};
