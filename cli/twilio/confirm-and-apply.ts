import { CliError } from '../terminal/cli-error';
import type { CommandContext } from '../context';
import { jsonText } from '../terminal/terminal-text';
import { applyChanges, type ChangeOutcome } from './apply';
import type { Change } from './change';
import { changeView, outcomeText, outcomeView, planText } from './report';
import { apiOf, type ConnectedStage } from './stage';
import { undoFileName, type UndoRecord } from './undo';
import { cli } from '../terminal/program-name';

export interface ConfirmOptions {
  readonly yes?: true;
  readonly dryRun?: true;
  readonly json?: true;
}

/** Asks the operator, unless --yes or --dry-run decides. Without a terminal it is a dry run. */
const decide = async (
  { yes, dryRun }: ConfirmOptions,
  { confirm, output }: CommandContext,
): Promise<'apply' | 'dry-run' | 'declined'> => {
  if (dryRun === true) return 'dry-run';
  if (yes === true) return 'apply';
  if (confirm === undefined) {
    output.note('Nothing was changed: pass --yes to make the changes.');
    return 'dry-run';
  }
  return (await confirm('Make these changes at Twilio? [y/N] ')) ? 'apply' : 'declined';
};

const saveUndoRecord = (stage: ConnectedStage, changes: readonly Change[], { now, twilio }: CommandContext) => {
  const record: UndoRecord = { version: 1, stage: stage.name, at: now().toISOString(), changes };
  return twilio.writePrivateFile(undoFileName(stage.name, now()), `${JSON.stringify(record, null, 2)}\n`);
};

const printResult = (
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
  output.note(`To undo: ${cli} twilio undo ${undoFile}${stage.stageOption}`);
  if (isComplete) return;
  throw new CliError('Not everything was changed. Run the same command again: it continues where this one stopped.');
};

/**
 * Shows the changes, asks, saves the undo file, and makes the changes.
 * @throws CliError if not all changes were made
 */
export const confirmAndApply = async (
  stage: ConnectedStage,
  changes: readonly Change[],
  options: ConfirmOptions,
  context: CommandContext,
): Promise<void> => {
  const { output, paint, signal } = context;
  const isJson = options.json === true;
  const printUnchanged = (dryRun: boolean) => {
    if (isJson) output.data(jsonText({ changes: changes.map(changeView), dryRun, undoFile: null }));
  };
  if (!isJson) output.data(planText(changes, [], paint));
  if (changes.length === 0) {
    printUnchanged(options.dryRun === true);
    return;
  }
  const answer = await decide(options, context);
  if (answer !== 'apply') {
    printUnchanged(true);
    if (answer === 'declined') {
      output.note('Nothing was changed.');
      context.exitWithFailure();
    }
    return;
  }
  const undoFile = await saveUndoRecord(stage, changes, context);
  const outcomes = await applyChanges(changes, apiOf(stage), signal, (outcome) => {
    if (!isJson) output.data(outcomeText(outcome, paint));
  });
  printResult(outcomes, undoFile, stage, options, context);
};
