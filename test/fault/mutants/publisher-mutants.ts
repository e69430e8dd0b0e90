import { patch, type Mutant } from './mutant';

const breaks = ['stored events are handled in order'] as const;

/** Bugs between the table and the handlers. */
export const publisherMutants: readonly Mutant[] = [
  {
    name: 'ignores that SNS did not take an event',
    breaks,
    withinSeeds: 3,
    patches: [
      patch(
        'publisher/publish-changes.ts',
        'return request[accepted]?.sequenceNumber;',
        "if (accepted < 0) return '';",
      ),
    ],
  },
  {
    name: 'continues after the change that was not published',
    breaks,
    withinSeeds: 3,
    patches: [
      patch(
        'publisher/publish-changes.ts',
        'return request[accepted]?.sequenceNumber;',
        'return prepared[prepared.findIndex((one) => one === request[accepted]) + 1]?.sequenceNumber;',
      ),
    ],
  },
  {
    name: 'publishes two events of a conversation in one request',
    breaks,
    withinSeeds: 3,
    patches: [patch('shared/events/publication.ts', 'if (hasRoom && !groups.has(groupId)) {', 'if (hasRoom) {')],
  },
  {
    name: 'gives each publication of an event another deduplication id',
    breaks,
    withinSeeds: 3,
    patches: [
      patch(
        'shared/events/event-publication.ts',
        "createHash('sha256').update(JSON.stringify(parts)).digest('hex');",
        "createHash('sha256').update(JSON.stringify([...parts, performance.now()])).digest('hex');",
      ),
    ],
  },
  {
    name: 'orders the events of a message, not of a conversation',
    breaks,
    withinSeeds: 3,
    patches: [
      patch(
        'shared/events/read-change.ts',
        'conversationId: conversationIdOf(accountSid, from, to)',
        'conversationId: conversationIdOf(accountSid, messageSid, messageSid)',
      ),
    ],
  },
];
