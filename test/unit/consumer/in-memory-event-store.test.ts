import { describeEventStore } from './event-store-contract';
import { describeOptOuts } from './opt-out-contract';
import { createInMemoryEventStore } from './in-memory-event-store';

// The fake that the other tests of the consumer use meets the same contract as the table (test/emulators).
describeEventStore('in memory', () => Promise.resolve(createInMemoryEventStore()), {
  everyOrder: 1,
  numRuns: 300,
});

describeOptOuts('in memory', () => Promise.resolve(createInMemoryEventStore()), 300);
