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
  /** Delete a secondary token that nobody stored, and make a new one. */
  readonly replaceSecondary: boolean;
  readonly isNewRotationWanted: boolean;
  /** The command to run again, with its options. */
  readonly command: string;
}

export type RotationEnd =
  | { readonly kind: 'done'; readonly snapshot: RotationSnapshot; readonly steps: readonly RotationStep[] }
  | { readonly kind: 'blocked'; readonly blocker: Blocker; readonly steps: readonly RotationStep[] };

/** Each step is taken at most once, or twice where a service is slow to show it; more is a loop. */
const maxSteps = 14;

/** @throws CliError for a secondary token that is not ours to delete */
const createSecondary = async (
  { api }: RotationSnapshot,
  { replaceSecondary, command }: Rotation,
): Promise<string> => {
  if (replaceSecondary) await deleteSecondary({ api });
  try {
    return await api.createSecondaryAuthToken();
  } catch (error) {
    // Twilio has no request that shows a secondary token; a second one is the only thing here that it calls a bad request.
    if (!(error instanceof TwilioApiError) || (error.status !== 400 && error.status !== 409)) throw error;
    throw new CliError(
      `${error.message}: it refuses to create a secondary Auth Token. Most likely there is one already that is not in AWSPENDING: somebody ` +
        `else's, or of a rotation that was cut off before it could be stored. ${stateDuring.create}\n` +
        `Next: if nobody else uses it, ${command} --replace-secondary deletes it and goes on.`,
      1,
      { cause: error },
    );
  }
};

/** None there is as good as deleted. */
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
    // Nobody else will ever know this token. If it cannot be deleted either, the next run says what to do.
    await deleteSecondary(snapshot).catch(() => undefined);
    throw error;
  }
};

const prove = async (
  snapshot: RotationSnapshot,
  taken: 'prove-pending' | 'prove-current',
  { source, target, context, command }: Rotation,
): Promise<void> => {
  const secret = (taken === 'prove-pending' ? snapshot.pending : undefined) ?? snapshot.current;
  const basic = await readBasicCredential(target, source.store);
  const result = await sendCanary(canaryRequest(target, secret, basic), context);
  requireAccepted(
    result,
    stateDuring[taken].replace(/\.$/, ''),
    source.stageOption,
    `\nThen: ${command} goes on.`,
  );
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
      // It may have been stored just now, or by a run before this one; nobody's clock is asked when.
      return waitForPropagation(rotation.context);
    case 'promote':
      return snapshot.api.promoteSecondaryAuthToken();
    case 'move':
      if (pendingVersionId !== undefined)
        await store.moveCurrent(secretId, currentVersionId, pendingVersionId);
      return;
    case 'remove-pending-label':
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
 * Goes from whatever is so to the end of the rotation. Before each step everything is read anew, so nothing depends on how an earlier
 * step, of this run or another, has ended.
 * @param onStep told before a step and after it
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
    `Secrets Manager does not show what was stored in it. Wait a minute, then run ${rotation.command} again.`,
  );
};
