import { CliError } from '../../terminal/cli-error';
import { isPromoted } from './next-step';
import { readSnapshot } from './read-state';
import { deleteSecondary, type Rotation } from './rotate';

/**
 * Undoes a rotation that is not promoted yet: first at Twilio, so that a second try finds the same state.
 * @returns what was undone; nothing where there is no rotation
 * @throws CliError after the promotion
 */
export const cancel = async ({ source, command }: Rotation): Promise<readonly string[]> => {
  const snapshot = await readSnapshot(source);
  const { state, pendingVersionId } = snapshot;
  if (pendingVersionId === undefined) return [];
  if (isPromoted(state)) {
    throw new CliError(
      `The new token is promoted: Twilio signs with it, and the old one is dead. There is no way back. Next: ${command} goes on to the end.`,
    );
  }
  const undone: string[] = [];
  // Twilio has one secondary token at the most. Where it refuses the pending one, a secondary token is somebody else's.
  if (state.pending === 'secondary' || state.pending === 'accepted') {
    await deleteSecondary(snapshot);
    undone.push('deleted the secondary Auth Token at Twilio');
  }
  await source.store.removePending(source.secretId, pendingVersionId);
  return [...undone, 'took AWSPENDING off the secret'];
};
