import { createTopic, type Deliver, type Topic, type TopicDefinition } from './topic';

/** The topics of the current template. A topic that is kept still recognizes repeated messages. */
export interface TopicSet {
  readonly topics: readonly Topic[];
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
