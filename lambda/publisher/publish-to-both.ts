import type { Publish } from './ports';

/**
 * Publishes to the topic, then to the bus. What the bus does not accept is published to both again: the topic drops
 * duplicates for five minutes, and events have ids.
 */
export const publishToBoth =
  (topic: Publish, bus: Publish): Publish =>
  async (publications, signal) => {
    const accepted = await topic(publications, signal);
    return accepted === 0 ? 0 : bus(publications.slice(0, accepted), signal);
  };
