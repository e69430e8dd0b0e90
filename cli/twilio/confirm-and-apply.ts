import { CliError } from '../terminal/cli-error';
import type { CommandContext } from '../context';
import { jsonText } from '../terminal/terminal-text';
import { applyChanges, type ChangeOutcome } from './apply';
import type { Change } from './change';
import { changeView, outcomeText, outcomeView, planText } from './report';
import { apiOf, type ConnectedStage } from './stage';
import { undoFileName, type UndoRecord } from './undo';

export interface ConfirmOptions {
  readonly yes?: true;
  readonly dryRun?: true;
  readonly json?: true;
}

/** `go` once a person or `--yes` has agreed. Where nobody can be asked it is a dry run. */
const decide = async (
  { yes, dryRun }: ConfirmOptions,
  { confirm, output }: CommandContext,
): Promise<'go' | 'dry-run' | 'declined'> => {
  if (dryRun === true) return 'dry-run';
  if (yes === true) return 'go';
  if (confirm === undefined) {
    output.note('Nothing was changed: pass --yes to make the changes.');
    return 'dry-run';
  }
  return (await confirm('Make these changes at Twilio? [y/N] ')) ? 'go' : 'declined';
};

const keepUndoRecord = (
  stage: ConnectedStage,
  changes: readonly Change[],
  { now, twilio }: CommandContext,
) => {
  const record: UndoRecord = { version: 1, stage: stage.name, at: now().toISOString(), changes };
  return twilio.keep(undoFileName(stage.name, now()), `${JSON.stringify(record, null, 2)}\n`);
};

const finish = (
  outcomes: readonly ChangeOutcome[],
  undoFile: string,
  stage: ConnectedStage,
  options: ConfirmOptions,
  { output, paint }: CommandContext,
): void => {
  const done = outcomes.filter(({ state }) => state === 'done').length;
  const isComplete = done === outcomes.length;
  if (options.json === true) {
    output.data(jsonText({ changes: outcomes.map(outcomeView), dryRun: false, undoFile }));
  } else {
    for (const outcome of outcomes) {
      if (outcome.state === 'not-reached') output.data(outcomeText(outcome, paint));
    }
    output.data(`${done} of ${outcomes.length} done.`);
  }
  output.note(`To go back: npx gateway twilio undo ${undoFile}${stage.stageOption}`);
  if (isComplete) return;
  throw new CliError(
    'Not everything was changed. Run the same command again: it goes on where this one stopped.',
  );
};

/**
 * Shows changes, asks, keeps what is needed to go back, and makes them.
 * @throws CliError if not all of them were made
 */
export const confirmAndApply = async (
  stage: ConnectedStage,
  changes: readonly Change[],
  options: ConfirmOptions,
  context: CommandContext,
): Promise<void> => {
  const { output, paint, signal } = context;
  const isJson = options.json === true;
  const unchanged = (dryRun: boolean) => {
    if (isJson) output.data(jsonText({ changes: changes.map(changeView), dryRun, undoFile: null }));
  };
  if (!isJson) output.data(planText(changes, [], paint));
  if (changes.length === 0) {
    unchanged(options.dryRun === true);
    return;
  }
  const answer = await decide(options, context);
  if (answer !== 'go') {
    unchanged(true);
    if (answer === 'declined') {
      output.note('Nothing was changed.');
      context.exitWithFailure();
    }
    return;
  }
  const undoFile = await keepUndoRecord(stage, changes, context);
  const outcomes = await applyChanges(changes, apiOf(stage), signal, (outcome) => {
    if (!isJson) output.data(outcomeText(outcome, paint));
  });
  finish(outcomes, undoFile, stage, options, context);
};
