import { Command, CommanderError, Help } from 'commander';
import { version } from '../package.json';
import { addCommands, listedAs } from './commands';
import { describeFailure, isAwsShellError, type Failure } from './terminal/failure';
import { isJsonWanted, jsonError, watchOutput } from './terminal/json-error';
import type { CliEnvironment, CommandContext } from './context';
import type { TargetChoice } from './target/choice';
import { hideTokens, rejectSecretArguments } from './terminal/reject-secrets-in-argv';
import { terminalLines } from './terminal/terminal-text';
import { cli, hasStagesFile, start } from './terminal/program-name';

const cloneTargets = (): string => `
Without --stage and --stack, commands talk to the gateway that \`${start}\` runs in this directory. With --stage, they
find the deployed stage by the outputs of its CloudFormation stack, in the account and region of its \`env\` in
lib/stages.ts, or else in those of your shell (AWS_PROFILE, AWS_REGION, AWS_DEFAULT_REGION). Credentials of another
account are refused. --stack finds the gateway of a stack of any name, in the account and region of your shell.`;

const packageTargets = (): string => `
Without --stage and --stack, commands talk to the gateway that \`${start}\` runs in this
directory. With --stack, they find a deployed gateway by the outputs of its CloudFormation stack, in the account and
region of your shell (AWS_PROFILE, AWS_REGION, AWS_DEFAULT_REGION). --stage NAME is the stack
TwilioWebhookGateway-NAME.`;

const help = (): string => `${(hasStagesFile ? cloneTargets : packageTargets)()}

Data goes to stdout, everything else to stderr. Exit status: 0 success, 1 failure, 2 wrong usage. With --json, a command
that fails without data prints { "error": { "reason", "message", "exitCode" } } to stdout; the reason is wrong_usage,
no_gateway, not_found, no_credentials, expired_credentials, no_region, aws_refused, cannot_connect, timeout,
unexpected_error, or failed: then the message says more.
Colours appear only on a terminal, and not with NO_COLOR.

Examples:
  $ ${cli} send sms --from +15550100001 --body "héllo 🌍"
  $ ${cli} messages list
  $ ${cli} dead-letters list ${hasStagesFile ? '--stage prod' : '--stack Hotline'} --json
`;

const withoutLastBreak = (text: string): string => text.replace(/\n$/, '');

/**
 * Runs one command line and returns the exit code; never throws.
 * @param args without the interpreter and the script
 */
export const runCli = async (args: readonly string[], environment: CliEnvironment): Promise<number> => {
  const output = watchOutput(environment.output);
  let exitCode = 0;
  const program = new Command(cli.replace('npx ', ''));
  program
    .description('Operate a Twilio webhook gateway: the local one, or a deployed stage.')
    .usage('<command> [--stage <name> | --stack <name>]')
    .version(version)
    .option('--stage <name>', 'a deployed stage, for example dev (default: the local gateway)')
    .option('--stack <name>', 'a deployed gateway, by the name of its CloudFormation stack')
    .option('--gateway <prefix>', 'which gateway of --stack, where it has several')
    .configureHelp({
      showGlobalOptions: true,
      subcommandTerm: (command) => listedAs(command, program) ?? new Help().subcommandTerm(command),
    })
    .showHelpAfterError('(see --help)')
    .configureOutput({
      writeOut: (text) => output.data(withoutLastBreak(text)),
      // commander repeats wrong arguments: hide what looks like a token.
      writeErr: (text) => output.note(terminalLines(hideTokens(withoutLastBreak(text)))),
    })
    .exitOverride()
    .addHelpText('after', help());
  const context: CommandContext = {
    ...environment,
    output,
    openBackend: () => environment.openBackend(program.opts<TargetChoice>()),
    choice: () => program.opts<TargetChoice>(),
    exitWithFailure: () => {
      exitCode = 1;
    },
  };
  const fail = (failure: Failure): Failure['exitCode'] => {
    if (isJsonWanted(args) && failure.reason !== 'interrupted' && !output.hasData()) output.data(jsonError(failure));
    return failure.exitCode;
  };
  try {
    rejectSecretArguments(args);
    await addCommands(program, args, context);
    await program.parseAsync(args, { from: 'user' });
    if (exitCode === 0) return 0;
    return fail({ text: output.lastNote() ?? 'The command failed.', reason: 'failed', exitCode: 1 });
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0;
      return fail({
        text: hideTokens(terminalLines(error.message.replace(/^error: /, ''))),
        reason: 'wrong_usage',
        exitCode: 2,
      });
    }
    const shell = isAwsShellError(error) ? await environment.awsShell?.() : undefined;
    const { stage, stack } = program.opts<TargetChoice>();
    const isDeployed = stage !== undefined || stack !== undefined;
    const failure = describeFailure(error, environment.signal, { shell, isDeployed });
    output.note(failure.text);
    return fail(failure);
  }
};
