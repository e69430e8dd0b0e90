import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { RouteName } from '../lambda/shared/contract/routes';
import type { BreakerFacts, HandlerFacts } from '../lambda/shared/contract/stack-outputs';

/** The content of `.gateway/local.json` in the working directory, by which other programs find a running gateway. */
export interface LocalState extends HandlerFacts {
  readonly pid: number;
  /** Scheme, host, port and stage, e.g. `http://127.0.0.1:3000/dev`. */
  readonly baseUrl: string;
  /** The public form of `baseUrl` that signatures are over, where `--public-url` gave one. */
  readonly publicUrl: string | null;
  readonly webhooks: Readonly<Record<RouteName, string>>;
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
  /** Whether GET webhooks are accepted as well as POST. */
  readonly acceptGet: boolean;
  /** Absent where the stage has no Basic authentication. */
  readonly basicAuthSecretId?: string;
  /** Absent where the stage has no circuit breaker. */
  readonly breaker?: BreakerFacts;
  /** Where functions send replies, and `replies list` reads them. Absent where replies go to Twilio. */
  readonly twilioStandIn?: { readonly baseUrl: string };
  /** The address of the console, with its token. Absent where it is not served. */
  readonly console?: string;
  readonly region: string;
}

/**
 * Writes the file and returns a function that removes it. Of two gateways in one directory, commands use the last to
 * start, so each removes only its own file.
 */
export const writeStateFile = (directory: string, state: LocalState): (() => void) => {
  const file = resolve(directory, '.gateway', 'local.json');
  mkdirSync(dirname(file), { recursive: true });
  // Renamed into place, so that a program that waits for the file never reads half of it.
  const temporary = `${file}.${String(state.pid)}`;
  // Only its owner may read it: the address of the console has a token.
  writeFileSync(temporary, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, file);
  return () => {
    try {
      const current = JSON.parse(readFileSync(file, 'utf8')) as Partial<LocalState>;
      if (current.pid === state.pid && current.baseUrl === state.baseUrl) rmSync(file);
    } catch {
      // Gone or unreadable: there is nothing to remove.
    }
  };
};
