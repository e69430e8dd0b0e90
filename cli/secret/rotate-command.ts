import type { Command } from 'commander';
import { accountSuffix } from '../target/account-secrets';
import { selectSecret } from '../target/select-secret';
import { CliError } from '../terminal/cli-error';
import { jsonOption } from '../terminal/options';
import type { CommandContext } from '../context';
import { cancel } from './rotation/cancel';
import { nextStep, remainingSteps, type RotationStep } from './rotation/next-step';
import { readSnapshot } from './rotation/read-state';
import { noProgress, rotate, type Rotation } from './rotation/rotate';
import { stateDuring, stepDescriptions } from './rotation/messages';
import { stageOptionOf } from '../target/target';
import { jsonText } from '../terminal/terminal-text';
import { describeBlocker, withNextStep } from './rotation/failure';
import { cli } from '../terminal/program-name';

interface RotateOptions {
  readonly account?: string;
  readonly cancel?: true;
  readonly replaceSecondary?: true;
  readonly again?: true;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly json?: true;
}

const examples = `
Changes an account's Auth Token without losing a webhook: creates a secondary token at Twilio, stores it as AWSPENDING,
proves with a canary that the gateway accepts it, waits 15 seconds until every environment has read it, promotes it at
Twilio, moves AWSCURRENT to it, and proves it again. Twilio rejects the old token from the promotion on; the gateway
accepts it for another hour, for webhooks in flight. Everything else that uses the old token (your own programs) needs
the new one at once: copy it from the Twilio console.

You can stop it at any step and run it again: it reads the state from Twilio and Secrets Manager and continues from
there. It prints no token.

Exit status: 0 if the rotation is complete (or cancelled, or with --dry-run shown), 1 if it is not, 2 for wrong usage.

Examples:
  $ ${cli} secret rotate --stage prod --dry-run
  $ ${cli} secret rotate --stage prod --account support --yes
  $ ${cli} secret rotate --stage prod --cancel             (before the promotion: undoes everything)
  $ ${cli} secret rotate --stage prod --replace-secondary  (Twilio has a secondary token that nobody needs)
`;

const openRotation = async (options: RotateOptions, context: CommandContext): Promise<Rotation> => {
  const backend = await context.openBackend();
  const { target } = backend;
  const stageOption = stageOptionOf(target);
  const account = options.account === undefined ? '' : ` --account ${options.account}`;
  return {
    source: {
      secretId: selectSecret(target, options.account, '--account'),
      store: await backend.secrets(),
      open: context.twilio.open,
      now: context.now,
      stageOption,
    },
    target,
    context,
    replaceSecondary: options.replaceSecondary === true,
    isNewRotationWanted: options.again === true,
    command: `${cli} secret rotate${stageOption}${account}`,
  };
};

const runCancel = async (rotation: Rotation, { json, dryRun }: RotateOptions): Promise<void> => {
  const { output } = rotation.context;
  if (dryRun === true)
    throw new CliError(
      '--cancel cannot be combined with --dry-run: `secret status` shows whether AWSPENDING exists.',
      2,
    );
  const undone = await cancel(rotation);
  if (json === true) output.data(jsonText({ cancelled: undone.length > 0, undone }));
  else output.data(undone.length === 0 ? 'There is no rotation to cancel.' : `Cancelled: ${undone.join(', ')}.`);
};

/** Whether the operator agrees. Without a terminal or --yes the command fails, so that a job notices. */
const isAgreed = async (options: RotateOptions, context: CommandContext): Promise<boolean> => {
  const { confirm, output } = context;
  if (options.yes === true) return true;
  if (options.dryRun === true) return false;
  if (confirm === undefined) {
    output.note('Nothing was changed: pass --yes to rotate.');
    context.exitWithFailure();
    return false;
  }
  if (await confirm('Rotate the Auth Token? [y/N] ')) return true;
  output.note('Nothing was changed.');
  context.exitWithFailure();
  return false;
};

const runRotate = async (rotation: Rotation, options: RotateOptions): Promise<void> => {
  const { context, source } = rotation;
  const { output, paint } = context;
  const isJson = options.json === true;
  const snapshot = await readSnapshot(source);
  const progress = noProgress(rotation.isNewRotationWanted);
  const account = accountSuffix(snapshot.current.accountSid);
  const first = nextStep(snapshot.state, progress);
  if (first.kind === 'blocked') throw new CliError(describeBlocker(first.blocker, rotation));
  const planned = remainingSteps(snapshot.state, progress);
  if (!isJson) {
    output.data(`Account ${account}:`);
    planned.forEach((step, at) => output.data(`  ${at + 1}. ${stepDescriptions[step]}`));
  }
  if (planned[0] === 'prove-current') {
    output.note('It was rotated less than an hour ago, so this only proves it. --again starts another rotation.');
  }
  if (!(await isAgreed(options, context))) {
    if (isJson) output.data(jsonText({ account, dryRun: true, steps: planned }));
    return;
  }
  let running: RotationStep | undefined;
  try {
    const end = await rotate(rotation, (step, state) => {
      running = step;
      if (state === 'begins') output.note(`… ${stepDescriptions[step]}`);
      else if (!isJson) output.data(`${paint.green('done')} ${stepDescriptions[step]}`);
    });
    if (end.kind === 'blocked') throw new CliError(describeBlocker(end.blocker, rotation));
    const until = end.snapshot.previousUntil?.toISOString() ?? null;
    if (isJson) {
      output.data(jsonText({ account, dryRun: false, steps: end.steps, rotated: true, oldTokenAcceptedUntil: until }));
      return;
    }
    output.data(
      until === null
        ? 'Rotated. The old token is no longer accepted.'
        : `Rotated. The gateway accepts webhooks signed with the old token until ${until}; ` +
            'Twilio has not signed with it since the promotion.',
    );
  } catch (error) {
    const label = context.signal.aborted ? 'Last step' : 'Failed';
    const what =
      running === undefined
        ? 'Nothing was changed.'
        : `${label}: ${stepDescriptions[running]}. ${stateDuring[running]}`;
    throw withNextStep(error, what, rotation);
  }
};

export const registerSecretRotate = (secret: Command, context: CommandContext): void => {
  secret
    .command('rotate')
    .description('change an Auth Token at Twilio and here without losing a webhook')
    .option('--account <name>', 'which account, if the stage has several: its name in `accounts`, or its secret’s ARN')
    .option('--cancel', 'undo a rotation before its promotion')
    .option('--replace-secondary', 'delete a secondary token at Twilio that is not in AWSPENDING')
    .option('--again', 'start another rotation although one has just ended')
    .option('--dry-run', 'show the remaining steps and exit')
    .option('--yes', 'rotate without asking')
    .addOption(jsonOption())
    .addHelpText('after', examples)
    .action(async (options: RotateOptions) => {
      const rotation = await openRotation(options, context);
      try {
        await (options.cancel === true ? runCancel : runRotate)(rotation, options);
      } catch (error) {
        const what =
          options.cancel === true
            ? 'It is not cancelled: Twilio still signs with the token in AWSCURRENT.'
            : 'Nothing was changed.';
        throw withNextStep(error, what, rotation);
      }
    });
};
