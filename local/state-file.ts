import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { RouteName } from '../lambda/shared/contract/routes';
import type { BreakerFacts, FallbackFacts, HandlerFacts } from '../lambda/shared/contract/stack-outputs';

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
    /** CloudWatch's metrics. */
    readonly monitoring: string;
  };
  /** Queue URLs. */
  readonly queues: { readonly events: string; readonly deadLetters: string };
  readonly tableName: string;
  readonly secretIds: readonly string[];
  /** Whether GET webhooks are accepted as well as POST. */
  readonly acceptGet: boolean;
  /** Absent where the stage has no Basic authentication. */
  readonly basicAuthSecretId?: string;
  readonly reconcilerSecretId?: string;
  /** Absent where the stage has no circuit breaker. */
  readonly breaker?: BreakerFacts;
  /** Absent where the stage has no fallback lane. Its URL is the one that is signed. */
  readonly fallback?: FallbackFacts;
  /** Its lane in another region. Absent where it has none. */
  readonly fallbackRegion?: Pick<FallbackFacts, 'url' | 'queueUrl'>;
  /** Where functions send replies, and `replies list` reads them. Absent where replies go to Twilio. */
  readonly twilioStandIn?: { readonly baseUrl: string };
  /** The address of the console, with its token. Absent where it is not served. */
  readonly console?: string;
  readonly region: string;
}

/**
 * Writes the file, and returns a function that removes it. Of several gateways in one directory commands use the last
 * to start: the file of each other one has the name `local-<port>.json`. When the last one stops, the file of the one
 * before it becomes `local.json` again.
 */
export const writeStateFile = (directory: string, state: LocalState): (() => void) => {
  const folder = resolve(directory, '.gateway');
  mkdirSync(folder, { recursive: true });
  const latest = join(folder, latestName);
  const own = join(folder, nameOf(state));
  const isOwn = (file: string): boolean => isOf(readState(file), state);
  removeStale(folder, state);
  const before = readState(latest);
  if (isOwn(own)) {
    // A redeployment of this gateway must not take the place of one that has started since.
    writeState(own, state);
  } else {
    if (before !== undefined && !isOf(before, state) && isAlive(before.pid)) {
      renameIfPresent(latest, join(folder, nameOf(before)));
    }
    writeState(latest, state);
  }
  return () => {
    if (isOwn(own)) rmSync(own, { force: true });
    if (!isOwn(latest)) return;
    const [next] = othersIn(folder);
    if (next === undefined) rmSync(latest, { force: true });
    else renameIfPresent(next.file, latest);
  };
};

/** The other gateways that run in this directory, the last to start first. */
export const otherGateways = (directory: string, state: LocalState): readonly LocalState[] => {
  const folder = resolve(directory, '.gateway');
  const latest = readState(join(folder, latestName));
  return [...(latest === undefined ? [] : [latest]), ...othersIn(folder).map((other) => other.state)].filter(
    (other) => !isOf(other, state) && isAlive(other.pid),
  );
};

/**
 * The text of the file of the gateway that commands use: the last to start, or if that one was killed, another one that
 * still runs. Where none runs, the text of `local.json`; undefined if there is none.
 */
export const findState = (directory: string): string | undefined => {
  const folder = resolve(directory, '.gateway');
  const latest = join(folder, latestName);
  const state = readState(latest);
  if (state !== undefined && isAlive(state.pid)) return readIfPresent(latest);
  const [other] = othersIn(folder);
  return readIfPresent(other?.file ?? latest);
};

const latestName = 'local.json';
const otherNames = /^local-\d+\.json$/;

const nameOf = ({ baseUrl }: LocalState): string => `local-${new URL(baseUrl).port}.json`;

const isOf = (found: LocalState | undefined, { pid, baseUrl }: LocalState): boolean =>
  found?.pid === pid && found.baseUrl === baseUrl;

const writeState = (file: string, state: LocalState): void => {
  // Renamed into place, so that a program that waits for the file never reads half of it.
  const temporary = `${file}.${String(state.pid)}`;
  // Only its owner may read it: the address of the console has a token.
  writeFileSync(temporary, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, file);
};

/** @returns undefined for a file that is not there or cannot be read as the state of a gateway */
const readState = (file: string): LocalState | undefined => {
  try {
    const state = JSON.parse(readFileSync(file, 'utf8')) as Partial<LocalState>;
    return Number.isSafeInteger(state.pid) && Number(state.pid) > 0 && URL.canParse(state.baseUrl ?? '')
      ? (state as LocalState)
      : undefined;
  } catch {
    return undefined;
  }
};

/** The files of gateways that run, except the last to start. The last of them to start, or to be redeployed, first. */
const othersIn = (folder: string): readonly { readonly file: string; readonly state: LocalState }[] =>
  filesIn(folder)
    .flatMap((file) => {
      const state = readState(file);
      return state !== undefined && isAlive(state.pid) ? [{ file, state, writtenAt: writtenAt(file) }] : [];
    })
    .sort((one, other) => other.writtenAt - one.writtenAt);

/** Deletes the files of gateways that were killed, also of one that had this port. */
const removeStale = (folder: string, state: LocalState): void => {
  for (const file of filesIn(folder)) {
    const found = readState(file);
    const hadThisPort = found !== undefined && !isOf(found, state) && nameOf(found) === nameOf(state);
    if (found === undefined || hadThisPort || !isAlive(found.pid)) rmSync(file, { force: true });
  }
};

const filesIn = (folder: string): readonly string[] => {
  const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
  const names = isFolder ? readdirSync(folder).filter((name) => otherNames.test(name)) : [];
  return names.map((name) => join(folder, name));
};

const writtenAt = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** A gateway may stop while its file is read. */
const readIfPresent = (file: string): string | undefined => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);

/** Another gateway may have stopped at the same moment. */
const renameIfPresent = (from: string, to: string): void => {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
};

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // The process exists, but belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};
