/** An entry of a linked list, which can be removed without a search. */
export interface ListNode<T> {
  readonly value: T;
  previous: ListNode<T> | undefined;
  next: ListNode<T> | undefined;
}

/**
 * A queue from which any entry can be removed in constant time. A Map or Set is not used, because reading its first
 * entry walks over all deleted entries before it.
 */
export interface LinkedList<T> {
  readonly first: () => T | undefined;
  readonly isEmpty: () => boolean;
  readonly append: (value: T) => ListNode<T>;
  readonly remove: (node: ListNode<T>) => void;
  readonly shift: () => T | undefined;
}

export const createLinkedList = <T>(): LinkedList<T> => {
  let head: ListNode<T> | undefined;
  let tail: ListNode<T> | undefined;
  const remove = (node: ListNode<T>): void => {
    if (node.previous === undefined) head = node.next;
    else node.previous.next = node.next;
    if (node.next === undefined) tail = node.previous;
    else node.next.previous = node.previous;
  };
  return {
    first: () => head?.value,
    isEmpty: () => head === undefined,
    append: (value) => {
      const node: ListNode<T> = { value, previous: tail, next: undefined };
      if (tail === undefined) head = node;
      else tail.next = node;
      tail = node;
      return node;
    },
    remove,
    shift: () => {
      const node = head;
      if (node !== undefined) remove(node);
      return node?.value;
    },
  };
};
