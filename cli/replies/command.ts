import type { Command } from 'commander';
import type { Backend } from '../clients/ports';
import { isLocal, stageOptionOf } from '../target/target';
import type { StandInReply } from '../../lambda/shared/contract/stand-in-reply';
import type { CommandContext } from '../context';
import { CliError } from '../terminal/cli-error';
import { jsonOption, wholeNumber } from '../terminal/options';
import { tableText } from '../terminal/table';
import { jsonText } from '../terminal/terminal-text';
import { registerReplySecret } from './secret-command';
import { cli, start } from '../terminal/program-name';

interface ListOptions {
  readonly limit: number;
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

const listTable = (replies: readonly StandInReply[], context: CommandContext): string =>
  tableText(
    [
      { head: 'To', maxCharacters: 24 },
      { head: 'From', maxCharacters: 24 },
      { head: 'Status' },
      { head: 'Body', maxCharacters: 40 },
      { head: 'SID' },
      { head: 'In reply to' },
    ],
    replies.map(({ to, from, status, body, sid, inReplyTo }) => [to, from, status, body, sid, inReplyTo]),
    context.paint,
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

const list = async ({ limit, json }: ListOptions, context: CommandContext): Promise<void> => {
  const backend = await context.openBackend();
  if (backend.replies === undefined) throw noStandIn(backend);
  const replies = (await backend.replies()).slice(0, limit);
  if (json === true) context.output.data(jsonText(replies.map(replyJson)));
  else context.output.data(replies.length === 0 ? 'No replies' : listTable(replies, context));
};

export const registerReplies = (replies: Command, context: CommandContext): void => {
  replies
    .command('list')
    .description('list the replies that the local Twilio stand-in was asked to send, newest first')
    .option('--limit <n>', 'at most n replies', wholeNumber(1, 1000), 50)
    .addOption(jsonOption())
    .addHelpText('after', listHelp)
    .action((options: ListOptions) => list(options, context));
  registerReplySecret(replies, context);
};
