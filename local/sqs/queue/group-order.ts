import type { Message } from './message';
import type { ReceiveOrder } from './receive-order';

interface Group {
  /** Visible messages by sequence number: the first one is next. */
  readonly visible: Message[];
  inFlight: number;
}

/**
 * The order of a FIFO queue: within a message group by sequence number, and nothing of a group while one of its
 * messages is in flight. Groups take turns.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
 */
export const createGroupOrder = (): ReceiveOrder => {
  // A map keeps the order of its keys: the group that was served last goes to the end.
  const groups = new Map<string, Group>();

  const groupOf = (message: Message): Group => {
    const groupId = message.groupId ?? '';
    const group = groups.get(groupId) ?? { visible: [], inFlight: 0 };
    groups.set(groupId, group);
    return group;
  };
  const dropIfEmpty = (message: Message, group: Group): void => {
    if (group.visible.length === 0 && group.inFlight === 0) groups.delete(message.groupId ?? '');
  };

  return {
    add: (message) => {
      const { visible } = groupOf(message);
      const after = visible.findIndex((other) => sequenceOf(other) > sequenceOf(message));
      visible.splice(after === -1 ? visible.length : after, 0, message);
    },
    remove: (message) => {
      const group = groups.get(message.groupId ?? '');
      const at = group?.visible.indexOf(message) ?? -1;
      if (group === undefined || at === -1) return;
      group.visible.splice(at, 1);
      dropIfEmpty(message, group);
    },
    startInFlight: (message) => {
      const group = groupOf(message);
      group.inFlight += 1;
      groups.delete(message.groupId ?? '');
      groups.set(message.groupId ?? '', group);
    },
    endInFlight: (message) => {
      const group = groupOf(message);
      group.inFlight -= 1;
      dropIfEmpty(message, group);
    },
    next: (received) => {
      for (const [groupId, { visible, inFlight }] of groups) {
        const [first] = visible;
        if (first !== undefined && (inFlight === 0 || received.has(groupId))) return first;
      }
      return undefined;
    },
  };
};

const sequenceOf = ({ sequenceNumber }: Message): string => sequenceNumber ?? '';
