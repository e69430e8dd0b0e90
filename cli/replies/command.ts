import type { Command } from 'commander';
import type { Backend } from '../clients/ports';
import { isLocal, stageOptionOf } from '../target/target';
import type { StandInReply } from '../../lambda/shared/contract/stand-in-reply';
import type { CommandContext } from '../context';
import { CliError } from '../terminal/cli-error';
import { jsonOption, wholeNumber, wideOption } from '../terminal/options';
import { printTable, shortAddress } from '../terminal/table';
import { jsonText } from '../terminal/terminal-text';
import { registerReplySecret } from './secret-command';
import { cli, start } from '../terminal/program-name';

interface ListOptions {
  readonly limit: number;
  readonly wide?: true;
  readonly json?: true;
}

const listHelp = `
\`${start}\` runs a stand-in for Twilio that receives the replies of your handlers. It sends nothing, and reports each
reply as delivered. This command lists the replies, newest first. Bodies are clipped and control characters
escaped; --json has the exact values.

Examples:
  $ ${cli} replies list
  $ ${cli} replies list --json | jq '.[0].body'
`;

const noStandIn = ({ target }: Backend): CliError =>
  isLocal(target)
    ? new CliError(
        'This gateway replies by Twilio, with the key in TWILIO_API_KEY: Twilio’s console lists the replies ' +
          `(Monitor > Logs > Messaging), and \`${cli} messages list\` shows their status.`,
      )
    : new CliError(
        'A deployed stage replies by Twilio: Twilio’s console lists the replies (Monitor > Logs > Messaging), and ' +
          `\`${cli} messages list${stageOptionOf(target)}\` shows their status.`,
      );

const printList = (replies: readonly StandInReply[], context: CommandContext, wide?: true): void =>
  printTable(
    [
      { head: 'To', maxCharacters: 24, short: shortAddress },
      { head: 'From', maxCharacters: 24, short: shortAddress, priority: 2 },
      { head: 'Status', priority: 1 },
      { head: 'Body', maxCharacters: 40 },
      { head: 'SID', keepWhole: true },
      { head: 'In reply to', keepWhole: true, priority: 3 },
    ],
    replies.map(({ to, from, status, body, sid, inReplyTo }) => [to, from, status, body, sid, inReplyTo]),
    context,
    { wide },
  );

/** The documented fields, in this order. */
const replyJson = ({ sid, to, from, body, inReplyTo, status }: StandInReply): Omit<StandInReply, 'at'> => ({
  sid,
  to,
  from,
  body,
  inReplyTo,
  status,
});

const list = async ({ limit, json, wide }: ListOptions, context: CommandContext): Promise<void> => {
  const backend = await context.openBackend();
  if (backend.replies === undefined) throw noStandIn(backend);
  const replies = (await backend.replies()).slice(0, limit);
  if (json === true) context.output.data(jsonText(replies.map(replyJson)));
  else if (replies.length === 0) context.output.data('No replies');
  else printList(replies, context, wide);
};

export const registerReplies = (replies: Command, context: CommandContext): void => {
  replies
    .command('list')
    .description('list the replies that the local Twilio stand-in was asked to send, newest first')
    .option('--limit <n>', 'at most n replies', wholeNumber(1, 1000), 50)
    .addOption(wideOption())
    .addOption(jsonOption())
    .addHelpText('after', listHelp)
    .action((options: ListOptions) => list(options, context));
  registerReplySecret(replies, context);
};
