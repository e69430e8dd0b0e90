import { statusKey } from '../../lambda/shared/contract/table';
import type { StatusChoice } from '../../lambda/shared/reconciliation/find-missing';
import { windowRange } from '../../lambda/shared/reconciliation/limits';
import type { ListedMessage } from '../../lambda/shared/reconciliation/listed-message';
import { createTwilioLists } from '../../lambda/shared/reconciliation/twilio-lists';
import { TwilioApiError } from '../../lambda/shared/twilio/twilio-api-error';
import type { Backend } from '../clients/ports';
import type { CommandContext } from '../context';
import { createProgress } from '../find/progress';
import { accountSuffix, chooseAccount, readAccountSecrets } from '../target/account-secrets';
import { CliError } from '../terminal/cli-error';
import { jsonText } from '../terminal/terminal-text';
import { checkedBaseUrl } from '../twilio/api/http-client';
import { reconcileAccount, type Reconciled } from './reconcile-account';

export interface ReconcileOptions {
  readonly since?: string;
  readonly until?: string;
  readonly account?: string;
  readonly statuses: StatusChoice;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly json?: true;
}

const hourMs = 3_600_000;
const shown = 50;

/** @throws CliError if the operator does not say whether to backfill, the period is wrong, or a list cannot be read */
export const runReconcile = async (options: ReconcileOptions, context: CommandContext): Promise<void> => {
  const { output, confirm } = context;
  if (options.dryRun === true && options.yes === true) throw new CliError('Give --dry-run or --yes, not both.', 2);
  if (options.dryRun !== true && options.yes !== true && confirm === undefined) {
    throw new CliError('Give --dry-run to count what is missing, or --yes to backfill it.', 2);
  }
  const period = periodOf(options, context);
  const backend = await context.openBackend();
  const first = await compare(backend, period, options, options.yes !== true, context);
  if (options.yes === true || options.dryRun === true || first.missing === 0 || confirm === undefined) {
    print(first, options, context);
    return;
  }
  printMissing(first.messages, context);
  if (!(await confirm(`Backfill ${first.missing}? [y/N] `))) {
    output.note('Nothing was backfilled.');
    return;
  }
  print(await compare(backend, period, options, false, context), options, context);
};

export interface Period {
  readonly since: Date;
  readonly until: Date;
}

const periodOf = ({ since, until }: ReconcileOptions, { now }: CommandContext): Period => {
  const period = {
    since: since === undefined ? new Date(now().getTime() - 24 * hourMs) : new Date(since),
    // Without --until, messages of a Twilio whose clock is ahead are listed, too.
    until: until === undefined ? new Date(now().getTime() + hourMs) : new Date(until),
  };
  if (period.since >= period.until || period.since > now()) {
    throw new CliError('--since must be before --until, and not in the future.', 2);
  }
  // Items may be deleted after 30 days, so an older message would be stored again although it has expired.
  if (period.since.getTime() < now().getTime() - windowRange.max * hourMs) {
    throw new CliError(`--since may be at most ${windowRange.max / 24} days ago.`, 2);
  }
  return period;
};

/** Compares the lists of the accounts with the table, and backfills what is missing unless it is a dry run. */
export const compare = async (
  backend: Backend,
  period: Period,
  { account: choice, statuses }: ReconcileOptions,
  dryRun: boolean,
  context: CommandContext,
): Promise<Reconciled> => {
  const { output, now, sleep, signal } = context;
  const { target } = backend;
  if (backend.reconciling === undefined) throw new CliError(`${target.name} cannot be reconciled.`);
  const reconciling = await backend.reconciling();
  const secrets = await readAccountSecrets(await backend.secrets(), target.secretIds);
  const accounts =
    choice === undefined && secrets.accounts.length > 0 ? secrets.accounts : [chooseAccount(secrets, choice)];
  if (choice === undefined) {
    for (const { secretId, detail } of secrets.unusable) output.note(`Skipped the account of ${secretId}: ${detail}.`);
  }
  const variable = context.twilio.variable('TWILIO_API_BASE_URL');
  const baseUrl = target.twilioStandIn?.baseUrl ?? (variable === undefined ? undefined : checkedBaseUrl(variable));
  const results: Reconciled[] = [];
  for (const account of accounts) {
    const { accountSid, authToken } = account;
    output.note(`Comparing Twilio's list of account ${accountSuffix(accountSid)} with the table of ${target.name} …`);
    const progress = createProgress((count) => output.note(`${count} messages listed …`));
    const credentials = { accountSid, username: accountSid, password: authToken };
    try {
      results.push(
        await reconcileAccount({
          account,
          lists: createTwilioLists({ credentials, baseUrl, signal }),
          reconciling,
          ...period,
          statuses,
          dryRun,
          now,
          sleep,
          signal,
          onListed: progress,
        }),
      );
    } catch (error) {
      if (!(error instanceof TwilioApiError)) throw error;
      throw new CliError(
        `${error.message} to a request for the list of account ${accountSuffix(accountSid)}. Run the same command ` +
          'again: what has been backfilled is not missing any more.',
      );
    }
  }
  return total(results);
};

const total = (results: readonly Reconciled[]): Reconciled => {
  const sum = (value: (result: Reconciled) => number): number => results.reduce((so, result) => so + value(result), 0);
  return {
    listed: sum(({ listed }) => listed),
    missing: sum(({ missing }) => missing),
    backfilled: sum(({ backfilled }) => backfilled),
    waiting: sum(({ waiting }) => waiting),
    messages: results.flatMap(({ messages }) => messages),
  };
};

const print = (result: Reconciled, { json, yes }: ReconcileOptions, context: CommandContext): void => {
  const { listed, missing, backfilled, waiting } = result;
  if (json === true) context.output.data(jsonText({ listed, missing, backfilled }));
  else {
    if (yes !== true && backfilled === 0) printMissing(result.messages, context);
    context.output.data(`${listed} messages listed, ${missing} missing, ${backfilled} backfilled`);
  }
  if (waiting > 0) {
    context.output.note(`${waiting} of them are on the queue and not stored yet: the consumer does not keep up.`);
  }
};

const printMissing = (messages: readonly ListedMessage[], { output }: CommandContext): void => {
  for (const message of messages.slice(0, shown)) {
    const { sid, direction, status, errorCode, createdAt } = message;
    const what = direction === 'inbound' ? 'message' : `status ${statusKey(status, errorCode)}`;
    output.data(`${sid}  ${createdAt?.toISOString() ?? '-'}  ${what}`);
  }
  if (messages.length > shown) output.data(`… and ${messages.length - shown} more`);
};
