import type { Command } from 'commander';
import type { CommandContext } from './context';

/** Adds options, subcommands and actions to a command that has its name and description. */
type Register = (command: Command, context: CommandContext) => void;

/** A command of the program. Its code is loaded only when the command line names it. */
interface CommandEntry {
  readonly name: string;
  /** The text after the name in the list of commands. */
  readonly usage?: string;
  readonly description: string;
  readonly load: () => Promise<Register>;
}

/** The `completion` command needs all other commands, so that it can print their names and options. */
const completion = 'completion';

/** In the order of the help. */
const commandEntries: readonly CommandEntry[] = [
  {
    name: 'init',
    usage: '[options] [directory]',
    description: 'put the gateway into a CDK app, or make a new app',
    load: async () => (await import('./init/command.js')).registerInit,
  },
  {
    name: 'dev',
    usage: '[options]',
    description: 'run the gateway of this CDK app on this machine',
    load: async () => (await import('./dev/command.js')).registerDev,
  },
  {
    name: 'console',
    usage: '[options]',
    description: 'show the gateway on a page in your browser',
    load: async () => (await import('./console/command.js')).registerConsole,
  },
  {
    name: 'send',
    description: 'send a signed webhook to the gateway, as Twilio would',
    load: async () => (await import('./send/command.js')).registerSend,
  },
  {
    name: 'messages',
    description: 'read the stored messages',
    load: async () => (await import('./messages/command.js')).registerMessages,
  },
  {
    name: 'events',
    description: 'read the stored events that are not messages, and publish stored events again',
    load: async () => (await import('./events/command.js')).registerEvents,
  },
  {
    name: 'replay',
    usage: '[options] <id>',
    description: 'publish the event of one stored webhook again, so that handlers run again',
    load: async () => (await import('./replay/command.js')).registerReplay,
  },
  {
    name: 'reconcile',
    usage: '[options] [command]',
    description: "compare Twilio's list of messages with the table, and backfill what is missing",
    load: async () => (await import('./reconcile/command.js')).registerReconcile,
  },
  {
    name: 'account',
    usage: '[options]',
    description: 'count what was received, refused, stored, handled and lost, and check that the sums agree',
    load: async () => (await import('./account/command.js')).registerAccount,
  },
  {
    name: 'conversations',
    description: 'read messages as conversations',
    load: async () => (await import('./conversations/command.js')).registerConversations,
  },
  {
    name: 'tail',
    usage: '[options]',
    description: 'print webhooks as they arrive',
    load: async () => (await import('./tail/command.js')).registerTail,
  },
  {
    name: 'export',
    usage: '[options]',
    description: 'write stored webhooks as CSV or JSON',
    load: async () => (await import('./export/command.js')).registerExport,
  },
  {
    name: 'backup',
    description: 'write everything that a gateway has stored to a file, and restore it into another gateway',
    load: async () => (await import('./backup/command.js')).registerBackup,
  },
  {
    name: 'opt-outs',
    description: 'list who has opted out of messages from which number or messaging service',
    load: async () => (await import('./opt-outs/command.js')).registerOptOuts,
  },
  {
    name: 'media',
    description: 'fetch the pictures and other media of a message',
    load: async () => (await import('./media/command.js')).registerMedia,
  },
  {
    name: 'erase',
    usage: '[options]',
    description: 'delete everything that is stored about a phone number',
    load: async () => (await import('./erase/command.js')).registerErase,
  },
  {
    name: 'dead-letters',
    description: 'inspect what could not be processed, and move it back',
    load: async () => (await import('./dead-letters/command.js')).registerDeadLetters,
  },
  {
    name: 'replies',
    description: 'what handlers reply, and the API key that they reply with',
    load: async () => (await import('./replies/command.js')).registerReplies,
  },
  {
    name: 'secret',
    description: 'manage the secrets that hold the Auth Tokens',
    load: async () => (await import('./secret/command.js')).registerSecret,
  },
  {
    name: 'explain',
    usage: '[options] [file]',
    description: 'explain why a captured request is rejected, and how to fix it',
    load: async () => (await import('./explain/command.js')).registerExplain,
  },
  {
    name: 'twilio',
    description: 'point phone numbers, messaging services and usage triggers at the gateway',
    load: async () => (await import('./twilio/command.js')).registerTwilio,
  },
  {
    name: 'breaker',
    description: 'the circuit breaker that suspends a subaccount when its usage trigger fires',
    load: async () => (await import('./breaker/command.js')).registerBreaker,
  },
  {
    name: 'doctor',
    usage: '[options]',
    description: 'check that the gateway and Twilio agree, and what to do if not',
    load: async () => (await import('./doctor/command.js')).registerDoctor,
  },
  {
    name: 'verify',
    usage: '[options]',
    description: 'check that a running gateway behaves as expected',
    load: async () => (await import('./verify/command.js')).registerVerify,
  },
  {
    name: completion,
    usage: '<shell>',
    description: 'print a script that completes commands and options in bash, zsh or fish',
    load: async () => (await import('./completion/command.js')).registerCompletion,
  },
];

/**
 * Adds every command to the program, and loads those that the arguments name: `messages list`, `help messages`.
 * @param args the command line
 */
export const addCommands = async (
  program: Command,
  args: readonly string[],
  context: CommandContext,
): Promise<void> => {
  const named = withoutValues(args);
  for (const { name, description, load } of commandEntries) {
    const command = program.command(name).description(description);
    if (named.includes(name) || named[0] === completion) (await load())(command, context);
  }
};

/** Without the values of the program's own options: a stage may be called `dev`. */
const withoutValues = (args: readonly string[]): readonly string[] =>
  args.filter((_, at) => !['--stage', '--stack', '--gateway'].includes(args[at - 1] ?? ''));

/** How the list of commands shows a command that may not be loaded yet; undefined for a subcommand. */
export const listedAs = (command: Command, program: Command): string | undefined => {
  const entry = commandEntries.find(({ name }) => command.parent === program && name === command.name());
  return entry === undefined ? undefined : [entry.name, entry.usage ?? []].flat().join(' ');
};
