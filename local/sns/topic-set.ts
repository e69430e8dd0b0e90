import { createTopic, type Deliver, type Topic, type TopicDefinition } from './topic';

/** The topics of the current template. */
export interface TopicSet {
  readonly topics: readonly Topic[];
  /** Topics that already exist keep their record of recent messages, with which they recognize repeated ones. */
  replace(definitions: readonly TopicDefinition[]): void;
}

export const createTopicSet = (deliver: Deliver): TopicSet => {
  let topics: readonly Topic[] = [];
  return {
    get topics() {
      return topics;
    },
    replace: (definitions) => {
      topics = definitions.map((definition) => {
        const known = topics.find(({ arn }) => arn === definition.arn);
        return createTopic(definition, deliver, Date.now, known?.deduplication);
      });
    },
  };
};
