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
import { accountSidArgument, jsonOption, wideOption } from '../terminal/options';
import { cli } from '../terminal/program-name';
import { watch } from './watch';

interface TailOptions extends MessageFilterOptions, EventFilterOptions {
  readonly account?: string;
  readonly json?: true;
  readonly wide?: true;
}

/**
 * The first status callback of a message that you sent writes two items, the message and the status. It is one webhook,
 * so only the status is printed.
 */
const createPrintFilter = ({ kind }: EventFilterOptions): ((webhook: WebhookView) => boolean) =>
  kind === undefined || kind.includes('status')
    ? (webhook) => webhook.kind !== 'message' || webhook.direction === 'inbound'
    : () => true;

const tail = async (options: TailOptions, context: CommandContext): Promise<void> => {
  const isPrinted = createPrintFilter(options);
  const kinds = options.kind === undefined ? 'webhooks of every kind' : options.kind.join(', ');
  await watch(context, {
    filter: filterOf(options),
    account: options.account,
    onBegin: (name, accounts) =>
      context.output.note(`Watching ${name}: ${kinds}, account ${accounts}. Times are UTC. Ctrl-C ends it.`),
    onWebhook: (webhook) => {
      if (!isPrinted(webhook)) return;
      context.output.data(options.json === true ? webhookJson(webhook) : webhookLine(webhook, context, options.wide));
    },
  });
};

const tailHelp = `
Prints each webhook that is stored from now on, one a line, until Ctrl-C: messages, statuses, usage triggers, events
and unrecognized webhooks. A restart of the gateway does not end it. A refused request is not stored: its reason is in
the log of the gateway.

With --json a line is one object with id, kind, type, accountSid, subject, receivedAt, recognized, direction, from, to,
body, numMedia, status, errorCode, messageType, optOutType and reason. \`events show ID\` prints the whole webhook.

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
