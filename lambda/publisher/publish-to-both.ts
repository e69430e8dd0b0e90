import type { Publish } from './ports';

/**
 * Publishes to the topic, then to the bus. An event that the bus does not accept is published to both again: the topic
 * drops duplicates for five minutes, and readers recognize later ones by the event's id.
 */
export const publishToBoth =
  (publishToTopic: Publish, publishToBus: Publish): Publish =>
  async (publications, signal) => {
    const accepted = await publishToTopic(publications, signal);
    return accepted === 0 ? 0 : publishToBus(publications.slice(0, accepted), signal);
  };
