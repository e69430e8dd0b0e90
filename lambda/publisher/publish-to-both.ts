import { isCanary } from '../shared/events/publication';
import type { Publish } from './ports';

/**
 * Publishes to the topic, then to the bus. An event that the bus does not accept is published to both again: the topic
 * drops duplicates for five minutes, and readers recognize later ones by the event's id. The bus gets no canary,
 * because its rules are yours.
 */
export const publishToBoth =
  (publishToTopic: Publish, publishToBus: Publish): Publish =>
  async (publications, signal) => {
    const accepted = await publishToTopic(publications, signal);
    const forBus = publications.slice(0, accepted).filter((publication) => !isCanary(publication));
    if (forBus.length === 0) return accepted;
    const failed = forBus[await publishToBus(forBus, signal)];
    return failed === undefined ? accepted : publications.indexOf(failed);
  };
