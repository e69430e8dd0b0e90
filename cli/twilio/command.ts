import { Argument, Option, type Command } from 'commander';
import { CliError } from '../terminal/cli-error';
import { jsonOption } from '../terminal/options';
import type { CommandContext } from '../context';
import { jsonText } from '../terminal/terminal-text';
import { changesOfStage, openStage, stateOf } from './stage';
import { confirmAndApply, type ConfirmOptions } from './confirm-and-apply';
import { changeView, planText } from './report';
import { parseUndoRecord, planUndo } from './undo';
import type { AccountState } from './account-state';
import { cli } from '../terminal/program-name';

interface PlanOptions {
  readonly json?: true;
  readonly force?: true;
  readonly exitCode?: true;
}
interface ApplyOptions extends ConfirmOptions {
  readonly force?: true;
}

const forceOption = (): Option =>
  new Option(
    '--force',
    'take over resources that point to another stage, and allow URLs of another stage or host ' +
      '(never http://, an IP address or a wrong path)',
  );

const plan = async (options: PlanOptions, context: CommandContext): Promise<void> => {
  const stage = await openStage(context, options.force === true);
  const { changes, obstacles } = await changesOfStage(stage);
  context.output.data(
    options.json === true
      ? jsonText({ changes: changes.map(changeView), obstacles })
      : planText(changes, obstacles, context.paint),
  );
  if (changes.length > 0) context.output.note(`Next: ${cli} twilio apply${stage.stageOption}`);
  if (obstacles.length > 0 || (options.exitCode === true && changes.length > 0)) context.exitWithFailure();
};

const apply = async (options: ApplyOptions, context: CommandContext): Promise<void> => {
  const stage = await openStage(context, options.force === true);
  const { changes, obstacles } = await changesOfStage(stage);
  if (obstacles.length > 0) {
    context.output.note(planText(changes, obstacles, context.paint));
    throw new CliError('Nothing was changed: fix what is marked with ! first.');
  }
  await confirmAndApply(stage, changes, options, context);
};

const undo = async (file: string, options: ConfirmOptions, context: CommandContext): Promise<void> => {
  const stage = await openStage(context, true, { needsUrls: false });
  const record = parseUndoRecord((await context.readInput(file)).toString('utf8'), stage.name);
  const states = new Map<string, AccountState>();
  for (const account of stage.accounts) states.set(account.name, await stateOf(account));
  const { changes, skipped } = planUndo(record, (account) => {
    const state = states.get(account);
    if (state === undefined)
      throw new CliError('The file names an account that is not in twilio.config.ts: add it there first.');
    return state;
  });
  for (const { name, account, reason } of skipped)
    context.output.note(`Skipped ${name} (account ${account}): ${reason}`);
  await confirmAndApply(stage, changes, options, context);
};

const confirmOptions = (command: Command): Command =>
  command
    .option('--yes', 'make the changes without asking')
    .option('--dry-run', 'show what would be changed, and exit')
    .addOption(jsonOption());

const configHelp = `
twilio.config.ts describes the desired state of each stage ("local" is the local gateway behind a tunnel). The
credentials are the API key in TWILIO_API_KEY and TWILIO_API_SECRET, or else the Auth Token in the account's secret;
they are never arguments.
`;

const planHelp = `${configHelp}
A resource that points to another stage is not changed: two stages that list the same number would take it from each
other. --force takes it over.

Exit status: 0 if everything can be compared, 1 if something belongs to another stage or does not exist (with
--exit-code also if anything differs), 2 for wrong usage or configuration.

Examples:
  $ ${cli} twilio plan --stage prod
  $ ${cli} twilio plan --stage prod --exit-code     (for a nightly check)
`;

const applyHelp = `${configHelp}
Shows the plan and asks, then makes the changes one by one, and stops at the first failure. Run it again to continue: it
only changes what still differs. Before the first change it saves the old values in a file, so that "twilio undo" can
restore them.

Exit status: 0 if everything was done or there was nothing to do (or no terminal to ask: then nothing is changed), 1
if not.

Examples:
  $ ${cli} twilio apply --stage prod --dry-run
  $ ${cli} twilio apply --stage prod --yes
`;

const undoHelp = `
Restores the values from before an apply. What has been changed since is left as it is.

Examples:
  $ ${cli} twilio undo .gateway/twilio-undo-prod-2026-11-22T09-00-00-000Z.json --stage prod
`;

export const registerTwilio = (twilio: Command, context: CommandContext): void => {
  twilio
    .command('plan')
    .description('show how the Twilio account differs from twilio.config.ts')
    .option('--exit-code', 'exit with 1 if anything differs')
    .addOption(forceOption())
    .addOption(jsonOption())
    .addHelpText('after', planHelp)
    .action((options: PlanOptions) => plan(options, context));
  confirmOptions(twilio.command('apply').description('change the Twilio account to match twilio.config.ts'))
    .addOption(forceOption())
    .addHelpText('after', applyHelp)
    .action((options: ApplyOptions) => apply(options, context));
  confirmOptions(twilio.command('undo').description('restore the values from before an apply'))
    .addArgument(new Argument('<file>', 'the file that apply wrote'))
    .addHelpText('after', undoHelp)
    .action((file: string, options: ConfirmOptions) => undo(file, options, context));
};
