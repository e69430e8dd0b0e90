import { canaryRequest, requireAccepted, sendCanary, waitForPropagation } from '../../send/canary';
import { CliError } from '../../terminal/cli-error';
import type { CommandContext } from '../../context';
import type { Target } from '../../target/target';
import { TwilioApiError } from '../../../lambda/shared/twilio/twilio-api-error';
import { readBasicCredential } from '../../twilio/basic-credential';
import { nextStep, type Blocker, type Progress, type RotationStep } from './next-step';
import { readSnapshot, type RotationSource, type RotationSnapshot } from './read-state';
import { stateDuring } from './messages';

export interface Rotation {
  readonly source: RotationSource;
  readonly target: Target;
  readonly context: CommandContext;
  /** Delete a secondary token that is not in AWSPENDING, and create a new one. */
  readonly replaceSecondary: boolean;
  readonly isNewRotationWanted: boolean;
  /** The command to run again, with its options. */
  readonly command: string;
}

type RotationEnd =
  | { readonly kind: 'done'; readonly snapshot: RotationSnapshot; readonly steps: readonly RotationStep[] }
  | { readonly kind: 'blocked'; readonly blocker: Blocker; readonly steps: readonly RotationStep[] };

/** Each step runs at most once, or twice if a service is slow to show its effect; more is a loop. */
const maxSteps = 14;

/** @throws CliError if there is a secondary token that this rotation did not create */
const createSecondary = async ({ api }: RotationSnapshot, { replaceSecondary, command }: Rotation): Promise<string> => {
  if (replaceSecondary) await deleteSecondary({ api });
  try {
    return await api.createSecondaryAuthToken();
  } catch (error) {
    // Twilio cannot list secondary tokens; here, only an existing one causes a 400 or 409.
    if (!(error instanceof TwilioApiError) || (error.status !== 400 && error.status !== 409)) throw error;
    throw new CliError(
      `${error.message}: it refuses to create a secondary Auth Token. ` +
        "Most likely one exists that is not in AWSPENDING: somebody else's, " +
        `or one from a rotation that stopped before storing it. ${stateDuring.create}\n` +
        `Next: if nobody else uses it, ${command} --replace-secondary deletes it and continues.`,
      1,
      { cause: error },
    );
  }
};

/** Succeeds if there is none. */
export const deleteSecondary = async ({ api }: Pick<RotationSnapshot, 'api'>): Promise<void> => {
  try {
    await api.deleteSecondaryAuthToken();
  } catch (error) {
    if (!(error instanceof TwilioApiError && error.status === 404)) throw error;
  }
};

const create = async (snapshot: RotationSnapshot, rotation: Rotation): Promise<void> => {
  const { store, secretId } = rotation.source;
  const authToken = await createSecondary(snapshot, rotation);
  try {
    await store.putPending(secretId, JSON.stringify({ ...snapshot.current, authToken }));
  } catch (error) {
    // Nobody knows this token. If it cannot be deleted either, the next run says what to do.
    await deleteSecondary(snapshot).catch(() => undefined);
    throw error;
  }
};

const prove = async (
  snapshot: RotationSnapshot,
  step: 'prove-pending' | 'prove-current',
  { source, target, context, command }: Rotation,
): Promise<void> => {
  const secret = (step === 'prove-pending' ? snapshot.pending : undefined) ?? snapshot.current;
  const basic = await readBasicCredential(target, source.store);
  const result = await sendCanary(canaryRequest(target, secret, basic), context);
  requireAccepted(result, stateDuring[step].replace(/\.$/, ''), source.stageOption, `\nThen: ${command} continues.`);
};

const runStep = async (step: RotationStep, snapshot: RotationSnapshot, rotation: Rotation): Promise<void> => {
  const { store, secretId } = rotation.source;
  const { currentVersionId, pendingVersionId } = snapshot;
  switch (step) {
    case 'create':
      return create(snapshot, rotation);
    case 'prove-pending':
    case 'prove-current':
      return prove(snapshot, step, rotation);
    case 'wait':
      // Always the full time: when the token was stored is not known, for example after an interruption.
      return waitForPropagation(rotation.context);
    case 'promote':
      return snapshot.api.promoteSecondaryAuthToken();
    case 'move':
      if (pendingVersionId !== undefined) await store.moveCurrent(secretId, currentVersionId, pendingVersionId);
      return;
    case 'tidy':
      return store.removePending(secretId, currentVersionId);
  }
};

const progressAfter = (progress: Progress, step: RotationStep): Progress => ({
  isPendingProven: progress.isPendingProven || step === 'prove-pending',
  isPendingKnownEverywhere: progress.isPendingKnownEverywhere || step === 'wait',
  isCurrentProven: progress.isCurrentProven || step === 'prove-current',
  isNewRotationWanted: progress.isNewRotationWanted && step !== 'create',
});

export const noProgress = (isNewRotationWanted: boolean): Progress => ({
  isPendingProven: false,
  isPendingKnownEverywhere: false,
  isCurrentProven: false,
  isNewRotationWanted,
});

/**
 * Resumes a rotation from any state and runs it to the end. Reads the state before each step, so nothing depends on how
 * an earlier step, of this run or another, ended.
 * @param onStep called before and after each step
 * @throws what a step throws
 */
export const rotate = async (
  rotation: Rotation,
  onStep: (step: RotationStep, state: 'begins' | 'done') => void,
): Promise<RotationEnd> => {
  let progress = noProgress(rotation.isNewRotationWanted);
  const steps: RotationStep[] = [];
  while (steps.length < maxSteps) {
    rotation.context.signal.throwIfAborted();
    const snapshot = await readSnapshot(rotation.source);
    const next = nextStep(snapshot.state, progress);
    if (next.kind === 'blocked') return { ...next, steps };
    if (next.kind === 'done') return { kind: 'done', snapshot: snapshot, steps };
    onStep(next.step, 'begins');
    await runStep(next.step, snapshot, rotation);
    onStep(next.step, 'done');
    steps.push(next.step);
    progress = progressAfter(progress, next.step);
  }
  throw new CliError(
    `Secrets Manager does not return what was stored. Wait a minute, then run ${rotation.command} again.`,
  );
};
