import { createLinkedList, type LinkedList, type ListNode } from './linked-list';

/**
 * The order in which visible messages are given out: in turn between message groups, within a group as they came. A
 * message without a group is a tenant of its own. AWS prefers quiet groups only once one is noisy; taking turns has the
 * same effect, that a backlog of one group does not delay another, and no thresholds to wait for.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
 */
export interface FairOrder<T extends { readonly groupId?: string | undefined }> {
  readonly add: (message: T) => void;
  readonly remove: (message: T) => void;
  /** Whose turn it is, without taking it. */
  readonly next: () => T | undefined;
}

interface Group<T> {
  readonly messages: LinkedList<T>;
  turn: ListNode<Group<T>> | undefined;
}

export const createFairOrder = <T extends { readonly groupId?: string | undefined }>(): FairOrder<T> => {
  const turns = createLinkedList<Group<T>>();
  const groups = new Map<string, Group<T>>();
  const places = new Map<T, { readonly group: Group<T>; readonly node: ListNode<T> }>();

  const openGroup = (groupId: string | undefined): Group<T> => {
    const group: Group<T> = { messages: createLinkedList(), turn: undefined };
    group.turn = turns.append(group);
    if (groupId !== undefined) groups.set(groupId, group);
    return group;
  };

  return {
    add: (message) => {
      const { groupId } = message;
      const group = (groupId === undefined ? undefined : groups.get(groupId)) ?? openGroup(groupId);
      places.set(message, { group, node: group.messages.append(message) });
    },
    remove: (message) => {
      const place = places.get(message);
      if (place === undefined) return;
      places.delete(message);
      const { group, node } = place;
      group.messages.remove(node);
      if (group.turn !== undefined) turns.remove(group.turn);
      if (!group.messages.isEmpty()) group.turn = turns.append(group);
      else if (message.groupId !== undefined) groups.delete(message.groupId);
    },
    next: () => turns.first()?.messages.first(),
  };
};
