import { Option, type Command } from 'commander';
import { lastDays } from '../clients/dynamodb/recent-entries';
import type { CommandContext } from '../context';
import { CliError } from '../terminal/cli-error';
import { timeArgument, wholeNumber } from '../terminal/options';

export interface PeriodOptions {
  readonly days: number;
  /** ISO 8601, as `until`. */
  readonly since?: string;
  readonly until?: string;
}

/** Adds `--days`, `--since` and `--until`. */
export const addPeriodOptions = (command: Command, context: CommandContext, days = 30): Command =>
  command
    .option('--days <n>', 'look back n days', wholeNumber(1, 3650), days)
    .addOption(
      new Option('--since <time>', 'received at this time or later: 2026-11-26, 2026-11-26T08:00:00Z, 2h, 3d')
        .argParser(timeArgument(context.now))
        .conflicts('days'),
    )
    .option('--until <time>', 'received before this time', timeArgument(context.now));

/** @throws CliError if the period is empty, or begins in the future */
export const periodOf = ({ days, since, until }: PeriodOptions, { now }: CommandContext) => {
  const last = lastDays(until === undefined ? now() : new Date(until), days);
  const period = {
    since: since === undefined ? last.since : new Date(since),
    until: until === undefined ? last.until : new Date(until),
  };
  if (period.since >= period.until || period.since > now()) {
    throw new CliError('--since must be before --until, and not in the future.', 2);
  }
  return period;
};

/** The period in words, for a note: `Looked back 30 days (--days)`. */
export const periodText = ({ days, since, until }: PeriodOptions): string => {
  const end = until === undefined ? '' : ` before ${until} (--until)`;
  return since === undefined ? `Looked back ${days} days (--days)${end}` : `Looked since ${since} (--since)${end}`;
};
