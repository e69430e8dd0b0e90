import { prepare, requestsOf, type Payload, type PreparedPublication } from '../../lambda/shared/events/publication';
import { readStored } from '../../lambda/shared/events/read-change';
import type { StoredKey, StoredSince } from '../clients/dynamodb/stored-since';
import type { PublishEvents } from '../clients/sns/event-topic';

export interface RepublishOptions {
  readonly payload: Payload;
  readonly stored: StoredSince;
  readonly publish: PublishEvents;
  /** Called after each request, with the number of events so far. */
  readonly onProgress: (published: number) => void;
}

export interface Republished {
  readonly published: number;
  /** The time of the first item that was not published; undefined if all were. */
  readonly failedAt: string | undefined;
}

/** The items of one BatchGetItem. */
const chunkSize = 100;

/**
 * Publishes the events of stored items again, oldest first, with their original ids. Stops at the first event that SNS
 * does not accept, so that a later run can continue there.
 */
export const republish = async (
  keys: readonly StoredKey[],
  { payload, stored, publish, onProgress }: RepublishOptions,
): Promise<Republished> => {
  let published = 0;
  for (let at = 0; at < keys.length; at += chunkSize) {
    for (const request of requestsOf(await eventsOf(keys.slice(at, at + chunkSize), stored, payload))) {
      const accepted = await publish(request.map(({ publication }) => publication));
      published += accepted;
      onProgress(published);
      const failed = request[accepted];
      if (failed !== undefined) return { published, failedAt: failed.publication.event.time };
    }
  }
  return { published, failedAt: undefined };
};

/** Reads each item as if it had just been inserted, so that a message has only its current status. */
const eventsOf = async (
  keys: readonly StoredKey[],
  stored: StoredSince,
  payload: Payload,
): Promise<readonly PreparedPublication[]> =>
  (await stored.items(keys)).flatMap((item) => {
    const publication = readStored(item);
    return publication === undefined ? [] : [prepare(publication, payload)];
  });
