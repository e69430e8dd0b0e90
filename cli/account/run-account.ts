import type { Backend } from '../clients/ports';
import type { CommandContext } from '../context';
import { compare } from '../reconcile/run-reconcile';
import { storedAccounts } from '../target/stored-accounts';
import { CliError } from '../terminal/cli-error';
import { jsonText } from '../terminal/terminal-text';
import { checkAccount, type CheckedAccount } from './account';
import { accountText } from './account-text';
import { withAges } from './dead-letter-ages';
import type { Figures } from './figures';
import type { Period } from './read-counts';
import { readFigures } from './read-figures';

export interface AccountOptions {
  readonly since?: string;
  readonly json?: true;
}

const daySeconds = 86_400;
/** CloudWatch has the metrics of a function's lines after a minute or two. */
const lagSeconds = 180;
/** A line at level INFO waits for its metrics; the queue is read every second. */
const readAgainMs = 500;
const waitMs = 10_000;
const longestDays = 30;

/** @throws CliError if the period is wrong, or the gateway has no metrics */
export const runAccount = async ({ since, json }: AccountOptions, context: CommandContext): Promise<void> => {
  const { output } = context;
  const backend = await context.openBackend();
  const checked = await checkedAccount(backend, since, context);
  const { account, sums, olderDeadLetters } = checked;
  output.data(json === true ? jsonText(account) : accountText(checked, context));
  if (json === true) {
    for (const { problem } of sums) if (problem !== undefined) output.note(problem);
    if (olderDeadLetters > 0) output.note(`${olderDeadLetters} dead letters are older, and not counted.`);
  }
  if (!account.agrees) context.exitWithFailure();
};

const checkedAccount = async (
  backend: Backend,
  since: string | undefined,
  context: CommandContext,
): Promise<CheckedAccount> => {
  const period = periodOf(backend, since, context);
  const accountSids = await storedAccounts(backend, undefined, context);
  const figures = await countedFigures(backend, accountSids, period, context);
  return checkAccount({ ...figures, missing: await missingAt(backend, period, context) });
};

type Clock = Pick<CommandContext, 'now' | 'sleep' | 'signal'>;

/** The last 24 hours, without Twilio's list. */
export const countedAccount = async (
  backend: Backend,
  accountSids: readonly string[],
  clock: Clock,
): Promise<CheckedAccount> => {
  const figures = await countedFigures(backend, accountSids, periodOf(backend, undefined, clock), clock);
  return checkAccount({ ...figures, missing: null });
};

const countedFigures = async (
  backend: Backend,
  accountSids: readonly string[],
  period: Period,
  clock: Clock,
): Promise<Counted> => {
  const { table } = backend;
  if (table === undefined) throw new CliError(`The table of ${backend.target.name} cannot be read.`);
  const figures = await atRest(() => readFigures({ ...backend, table }, accountSids, period, clock.signal), clock);
  return withAges(backend, figures, new Date(period.from * 1000), clock.signal);
};

const periodOf = ({ target }: Backend, since: string | undefined, { now }: Pick<Clock, 'now'>): Period => {
  const seconds = now().getTime() / 1000;
  const from = Math.floor((since === undefined ? seconds - daySeconds : Date.parse(since) / 1000) / 60) * 60;
  if (from < seconds - longestDays * daySeconds - 60) throw new CliError('--since may be at most 30 days ago.', 2);
  const isLocal = target.connection.kind === 'local';
  const to = isLocal ? Math.ceil(seconds / 60) * 60 + 60 : Math.floor((seconds - lagSeconds) / 60) * 60;
  if (from >= to) {
    throw new CliError(isLocal ? '--since must not be in the future.' : '--since must be at least 5 minutes ago.', 2);
  }
  return { from, to };
};

type Counted = Omit<Figures, 'missing'>;

/** Waits some seconds for what is on its way, and for the counts to stay the same. */
const atRest = async (read: () => Promise<Counted>, { sleep }: Pick<Clock, 'sleep'>): Promise<Counted> => {
  let figures = await read();
  for (let waitedMs = 0; waitedMs < waitMs; waitedMs += readAgainMs) {
    await sleep(readAgainMs);
    const before = figures;
    figures = await read();
    const isMoving =
      figures.pending > 0 || figures.lane.pending > 0 || figures.handlers.some(({ pending }) => pending > 0);
    if (!isMoving && JSON.stringify(before) === JSON.stringify(figures)) break;
  }
  return figures;
};

/** Null if Twilio cannot be asked. */
const missingAt = async (backend: Backend, { from, to }: Period, context: CommandContext): Promise<number | null> => {
  try {
    const period = { since: new Date(from * 1000), until: new Date(to * 1000) };
    const { missing } = await compare(backend, period, { statuses: 'known' }, true, context);
    return missing;
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    context.output.note(`Twilio's list was not compared: ${error.message}`);
    return null;
  }
};
