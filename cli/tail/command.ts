import type { Command } from 'commander';
import type { WebhookView } from '../clients/webhook-view';
import type { CommandContext } from '../context';
import {
  addEventFilters,
  addMessageFilters,
  filterOf,
  type EventFilterOptions,
  type MessageFilterOptions,
} from '../find/filter-options';
import { webhookJson } from '../find/webhook-json';
import { webhookLine } from '../find/webhook-line';
import { accountsText, storedAccounts } from '../target/stored-accounts';
import { isLocal } from '../target/target';
import { CliError } from '../terminal/cli-error';
import { describeFailure } from '../terminal/failure';
import { accountSidArgument, jsonOption, wideOption } from '../terminal/options';
import { cli } from '../terminal/program-name';

interface TailOptions extends MessageFilterOptions, EventFilterOptions {
  readonly account?: string;
  readonly json?: true;
  readonly wide?: true;
}

/** A deployed table charges for each poll: at two seconds less than a cent a day for an account. */
const pollMs = { local: 500, stage: 2_000 };

/** Errors that another attempt does not help against. */
const permanent =
  /AccessDenied|NotAuthorized|UnrecognizedClient|InvalidClientToken|InvalidSignature|Expired|CredentialsProvider|TokenProvider|ResourceNotFound/;

/**
 * The first status callback of a message that was sent makes a message and a status in the table. It was one webhook,
 * so it is one line.
 */
const isOwnWebhook = ({ kind }: EventFilterOptions): ((webhook: WebhookView) => boolean) =>
  kind === undefined || kind.includes('status')
    ? (webhook) => webhook.kind !== 'message' || webhook.direction === 'inbound'
    : () => true;

/** Says once that the gateway cannot be read, and once that it can be again. */
const createProblemNotes = (context: CommandContext, isPermanent: (error: Error) => boolean) => {
  const stop = new AbortController();
  let failure: Error | undefined;
  let hasProblem = false;
  return {
    signal: AbortSignal.any([context.signal, stop.signal]),
    failure: () => failure,
    onProblem: (error: Error | undefined) => {
      if (error !== undefined && isPermanent(error)) {
        failure = error;
        stop.abort();
      } else if (error === undefined) {
        context.output.note('The gateway answers again.');
      } else if (!hasProblem) {
        context.output.note(`${describeFailure(error, context.signal).text}\nTrying again until Ctrl-C …`);
      }
      hasProblem = error !== undefined;
    },
  };
};

const tail = async (options: TailOptions, context: CommandContext): Promise<void> => {
  const { output } = context;
  const backend = await context.openBackend();
  const { target } = backend;
  const accountSids = await storedAccounts(backend, options.account, context);
  if (accountSids.length === 0) {
    throw new CliError('No account is configured. Name one with --account <AccountSid>.');
  }
  const notes = createProblemNotes(context, (error) => !isLocal(target) && permanent.test(error.name));
  const webhooks = (await backend.webhooks()).follow(
    { ...filterOf(options), accountSids },
    {
      pollMs: isLocal(target) ? pollMs.local : pollMs.stage,
      signal: notes.signal,
      onProblem: notes.onProblem,
    },
  );
  const kinds = options.kind === undefined ? 'webhooks of every kind' : options.kind.join(', ');
  output.note(
    `Watching ${target.name}: ${kinds}, account ${accountsText(accountSids)}. Times are UTC. Ctrl-C ends it.`,
  );
  const isWanted = isOwnWebhook(options);
  for await (const arrived of webhooks) {
    for (const webhook of arrived) {
      if (!isWanted(webhook)) continue;
      output.data(options.json === true ? webhookJson(webhook) : webhookLine(webhook, context, options.wide));
    }
  }
  const failure = notes.failure();
  if (failure !== undefined) throw failure;
};

const tailHelp = `
Prints each webhook that is stored from now on, one a line, until Ctrl-C: messages, statuses, usage triggers, events,
and what was not recognized. It goes on when the gateway is restarted. A refused request is not stored: its reason is in
the log of the gateway.

With --json a line is one object with id, kind, type, accountSid, subject, receivedAt, recognized, direction, from, to,
body, numMedia, status, errorCode, messageType, optOutType and reason. \`events show\` prints everything about an id.

Exit status: 0 after Ctrl-C, 1 if the gateway cannot be read.

Examples:
  $ ${cli} tail
  $ ${cli} tail --kind status --status undelivered --stage prod
  $ ${cli} tail --with +15550100001 --wide
  $ ${cli} tail --json | jq 'select(.type == "call.completed") | .subject'
`;

export const registerTail = (command: Command, context: CommandContext): void => {
  addEventFilters(addMessageFilters(command))
    .option('--account <AccountSid>', 'only this account', accountSidArgument)
    .addOption(jsonOption())
    .addOption(wideOption())
    .addHelpText('after', tailHelp)
    .action((options: TailOptions) => tail(options, context));
};
