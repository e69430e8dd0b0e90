import { createHash } from 'node:crypto';
import type { Publication } from './publication';

/** The message attribute of an event that an operator replays. Its value is new for each replay. */
export const replayAttribute = 'replay';

/**
 * The same event, to be handled once more, with a new deduplication id: the topic and the queues drop a message whose
 * deduplication id they have seen in the last five minutes.
 */
export const asReplay = (publication: Publication, replayId: string): Publication => ({
  ...publication,
  deduplicationId: createHash('sha256')
    .update(JSON.stringify([publication.deduplicationId, replayId]))
    .digest('hex'),
  attributes: { ...publication.attributes, [replayAttribute]: replayId },
});
