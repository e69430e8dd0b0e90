import { CliError } from '../../terminal/cli-error';
import { isPromoted } from './next-step';
import { readSnapshot } from './read-state';
import { deleteSecondary, type Rotation } from './rotate';

/**
 * Undoes a rotation before its promotion: at Twilio first, so that a second try finds the same state.
 * @returns what was undone; empty if there is no rotation
 * @throws CliError after the promotion
 */
export const cancel = async ({ source, command }: Rotation): Promise<readonly string[]> => {
  const snapshot = await readSnapshot(source);
  const { state, pendingVersionId } = snapshot;
  if (pendingVersionId === undefined) return [];
  if (isPromoted(state)) {
    throw new CliError(
      'The new token is promoted: Twilio signs with it and rejects the old one, so this cannot be undone. ' +
        `Next: ${command} completes the rotation.`,
    );
  }
  const undone: string[] = [];
  // Twilio has at most one secondary token. If it refuses the pending one, a secondary token there is somebody else's.
  if (state.pending === 'secondary' || state.pending === 'accepted') {
    await deleteSecondary(snapshot);
    undone.push('deleted the secondary Auth Token at Twilio');
  }
  await source.store.removePending(source.secretId, pendingVersionId);
  return [...undone, 'removed AWSPENDING from the secret'];
};
