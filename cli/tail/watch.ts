import type { WebhookFilter, WebhookView } from '../clients/webhook-view';
import type { WebhookReader } from '../clients/webhooks/webhook-reader';
import type { CommandContext } from '../context';
import { accountsText, storedAccounts } from '../target/stored-accounts';
import { isLocal } from '../target/target';
import { CliError } from '../terminal/cli-error';
import { describeFailure } from '../terminal/failure';

interface WatchOptions {
  readonly filter: WebhookFilter;
  readonly account: string | undefined;
  /** Called with the gateway's name and its accounts, again when they have changed. */
  readonly onBegin: (name: string, accounts: string) => void;
  readonly onWebhook: (webhook: WebhookView) => void;
}

/** A deployed table charges for each poll: at two seconds about a cent a day for an account. */
const pollMs = { local: 500, stage: 2_000 };

/** Parts of the names of permanent errors: another attempt would fail as well. */
const permanent = [
  'AccessDenied',
  'NotAuthorized',
  'UnrecognizedClient',
  'InvalidClientToken',
  'InvalidSignature',
  'Expired',
  'CredentialsProvider',
  'TokenProvider',
  'ResourceNotFound',
];

/** The gateway that is watched. A local one without a data directory has another account after each start. */
interface Watched {
  readonly reader: WebhookReader;
  readonly name: string;
  readonly isLocal: boolean;
  readonly accountSids: readonly string[];
  readonly since?: Date;
}

const open = async (account: string | undefined, context: CommandContext): Promise<Watched> => {
  const backend = await context.openBackend();
  const accountSids = await storedAccounts(backend, account, context);
  if (accountSids.length === 0) {
    throw new CliError('No account is configured. Name one with --account <AccountSid>.');
  }
  const { target } = backend;
  return { reader: await backend.webhooks(), name: target.name, isLocal: isLocal(target), accountSids };
};

/** @returns the same gateway with its new accounts, if it was started again with others */
const watchUntilChanged = async (
  watched: Watched,
  { filter, account, onWebhook }: WatchOptions,
  context: CommandContext,
): Promise<Watched | undefined> => {
  const stop = new AbortController();
  let failure: Error | undefined;
  let failedAt: Date | undefined;
  let next: Watched | undefined;

  const lookForOtherAccounts = async (since: Date): Promise<void> => {
    const now = await open(account, context);
    if (now.accountSids.join() === watched.accountSids.join()) return;
    next = { ...now, since };
    stop.abort();
  };
  const onProblem = (error: Error | undefined): void => {
    if (error === undefined) {
      context.output.note('The gateway answers again.');
      const since = failedAt ?? context.now();
      failedAt = undefined;
      // If it stops again at once, the next recovery looks again.
      if (watched.isLocal) lookForOtherAccounts(since).catch(() => undefined);
    } else if (!watched.isLocal && permanent.some((word) => error.name.includes(word))) {
      failure = error;
      stop.abort();
    } else if (failedAt === undefined) {
      failedAt = context.now();
      context.output.note(`${describeFailure(error, context.signal).text}\nTrying again until Ctrl-C …`);
    }
  };

  const webhooks = watched.reader.follow(
    { ...filter, accountSids: watched.accountSids },
    {
      pollMs: watched.isLocal ? pollMs.local : pollMs.stage,
      signal: AbortSignal.any([context.signal, stop.signal]),
      onProblem,
      ...(watched.since === undefined ? {} : { since: watched.since }),
    },
  );
  for await (const arrived of webhooks) for (const webhook of arrived) onWebhook(webhook);
  if (failure !== undefined) throw failure;
  return next;
};

/**
 * Calls back for each webhook that arrives, until Ctrl-C. A temporary error, such as a restart, does not end it.
 * @throws a permanent error
 */
export const watch = async (context: CommandContext, options: WatchOptions): Promise<void> => {
  let watched: Watched | undefined = await open(options.account, context);
  while (watched !== undefined && !context.signal.aborted) {
    options.onBegin(watched.name, accountsText(watched.accountSids));
    watched = await watchUntilChanged(watched, options, context);
  }
};
