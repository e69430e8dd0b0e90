import { createLinkedList, type LinkedList, type ListNode } from './linked-list';

/**
 * The order of delivery: round-robin over message groups, first in first out within a group. A message without a
 * group counts as a group of its own. AWS prefers quiet groups once one is noisy; round-robin has the same effect
 * (the backlog of one group does not delay another) without thresholds.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
 */
export interface FairOrder<T extends { readonly groupId?: string | undefined }> {
  readonly add: (message: T) => void;
  readonly remove: (message: T) => void;
  /** The next message; it is not removed. */
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
