import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { Firing } from '../trigger-event';
import type { BreakerDecision, BreakerStore, ClaimResult, OpenRow } from '../ports';
import {
  breakerAttributes,
  breakerKey,
  finalDecisions,
  openDecisions,
  rejectedDecisions,
  type FinalDecision,
  type OpenDecision,
} from '../../shared/breaker/breaker-record';
import { itemSchemaVersion } from '../../shared/contract/table';
import { isAbsent, keyAttributes, updateItem, type Item, type Table, type Update } from '../../aws/dynamodb-writes';
import { createSdkClient } from '../../aws/sdk/client';

export interface BreakerStoreOptions {
  readonly tableName: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly client?: Table['client'];
}

type Store = Required<BreakerStoreOptions>;

const { decision, leaseOwner, leaseUntil } = breakerAttributes;
/** Longer than an invocation may last, so that two deliveries of a firing are never processed at once. */
const leaseMs = 5 * 60 * 1000;

const text = (value: string) => ({ S: value });

/** An operator's rearm or another delivery decided the row while this delivery was processed. */
class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}

/**
 * The table behind `BreakerStore`. The row is written before anything is done, and shows the progress:
 *
 *     deciding → suspending → suspended → final decision          (or directly to a final decision that does nothing)
 *
 * Until the final decision one delivery has a lease on the row. A redelivery of the same queue message continues at
 * once, because its request id owns the lease. Another delivery waits until the lease ends, or until an attempt fails
 * before it began to act. Rows do not expire, so that an old firing that is replayed years later still finds its row.
 */
export const createBreakerStore = ({
  tableName,
  now,
  client = createSdkClient(DynamoDBClient, { requestTimeoutMs: 1500, maxAttempts: 3 }, {}),
}: BreakerStoreOptions): BreakerStore => {
  const store: Store = { tableName, now, client };
  return {
    claim: (firing, signal) => claim(store, firing, signal),
    noteReplay: async (firing, signal) => {
      const set = { lastReplayAt: text(firing.receivedAt), lastReplayRequestId: text(firing.requestId) };
      await updateRow(store, firing, { condition: 'attribute_exists(#pk)', set, signal });
    },
  };
};

/** @returns the row as it is now, or undefined where the condition does not hold */
const updateRow = async (
  store: Store,
  firing: Firing,
  update: Omit<Update, 'key' | 'returnValues'>,
): Promise<Item | undefined> => {
  const result = await updateItem(store, { ...update, key: breakerKey(firing), returnValues: 'ALL_NEW' });
  return result.kind === 'applied' ? (result.item ?? {}) : undefined;
};

const claim = async (store: Store, firing: Firing, signal: AbortSignal): Promise<ClaimResult> => {
  const leased = await leaseRow(store, firing, signal);
  if (leased !== undefined) return openRow(store, firing, leased, signal);
  const { Item: found = {} } = await store.client.send(
    new GetItemCommand({
      TableName: store.tableName,
      Key: keyAttributes(breakerKey(firing)),
      ConsistentRead: true,
    }),
    { abortSignal: signal },
  );
  const decided = finalDecisions.find((candidate): candidate is FinalDecision => candidate === found[decision]?.S);
  if (decided === undefined) return { kind: 'busy' };
  const requestId = found['requestId']?.S ?? '';
  if (requestId === firing.requestId || !rejectedDecisions.some((candidate) => candidate === decided)) {
    return { kind: 'decided', decision: decided, requestId };
  }
  const reopened = await reopenRow(store, firing, decided, signal);
  return reopened === undefined ? { kind: 'busy' } : openRow(store, firing, reopened, signal);
};

/** Leases a row that is new, or already leased to this delivery, or whose lease has ended. */
const leaseRow = (store: Store, firing: Firing, signal: AbortSignal): Promise<Item | undefined> =>
  updateRow(store, firing, {
    condition: `${isAbsent} OR #${leaseOwner} = :${leaseOwner} OR #${leaseUntil} < :now`,
    values: { now: { N: String(store.now()) } },
    // The row has the values of the delivery that decides.
    set: { ...leaseItem(store, firing), ...firingItem(firing) },
    setIfAbsent: { [decision]: text('deciding') },
    signal,
  });

/** Reopens a row in which another delivery was rejected. */
const reopenRow = (
  store: Store,
  firing: Firing,
  rejected: FinalDecision,
  signal: AbortSignal,
): Promise<Item | undefined> =>
  updateRow(store, firing, {
    condition: `#${decision} = :rejected`,
    values: { rejected: text(rejected) },
    set: {
      ...leaseItem(store, firing),
      ...firingItem(firing),
      [decision]: text('deciding'),
      refusedBefore: text(rejected),
    },
    remove: ['detail', 'decidedAt', 'targetSid', 'usage'],
    signal,
  });

const openRow = (store: Store, firing: Firing, item: Item, signal: AbortSignal): OpenRow => {
  const reached = openDecisionOf(item);
  let hasBegun = reached !== 'deciding';
  const ifLeased = { condition: `#${leaseOwner} = :me`, values: { me: text(firing.requestId) } };
  return {
    kind: 'open',
    decision: reached,
    advance: async (next, targetSid) => {
      hasBegun = true;
      const set = { [decision]: text(next), targetSid: text(targetSid) };
      const row = await updateRow(store, firing, { ...ifLeased, set, signal });
      if (row === undefined) throw new LeaseLostError('The row was decided in the meantime.');
    },
    decide: async (final) => {
      const set = { ...decisionItem(final), decidedAt: text(new Date(store.now()).toISOString()) };
      const remove = [leaseOwner, leaseUntil, 'lastFault'];
      // Does nothing if an earlier attempt of ours succeeded, or an operator has closed the row.
      await updateRow(store, firing, { ...ifLeased, set, remove, signal });
    },
    noteError: async (detail) => {
      const release: Item = hasBegun ? {} : { [leaseUntil]: { N: '0' } };
      await updateRow(store, firing, { ...ifLeased, set: { lastFault: text(detail), ...release } });
    },
  };
};

const leaseItem = ({ now }: Store, { requestId }: Firing): Item => ({
  [leaseOwner]: text(requestId),
  [leaseUntil]: { N: String(now() + leaseMs) },
  requestId: text(requestId),
});

const openDecisionOf = (item: Item): OpenDecision => {
  const found = openDecisions.find((candidate) => candidate === item[decision]?.S);
  // A later version of this function wrote it: do not guess.
  if (found === undefined) throw new LeaseLostError('The row is in a state that this version does not know.');
  return found;
};

const shortWord = (name: string, value: string | undefined): Item =>
  value !== undefined && /^[\w-]{1,64}$/.test(value) ? { [name]: text(value) } : {};

const firingItem = (firing: Firing): Item => ({
  schema: { N: String(itemSchemaVersion) },
  accountSid: text(firing.accountSid),
  triggerSid: text(firing.triggerSid),
  ...(firing.dateFired.kind === 'ok' ? { firedOn: text(firing.dateFired.day) } : {}),
  receivedAt: text(firing.receivedAt),
  // Anybody may have written the values of a trigger that is not configured.
  ...shortWord('category', firing.category),
  ...shortWord('recurring', firing.recurring),
  ...shortWord('triggerBy', firing.by),
  ...(firing.values.current === undefined ? {} : { currentValue: text(firing.values.current) }),
  ...(firing.values.trigger === undefined ? {} : { triggerValue: text(firing.values.trigger) }),
});

const decisionItem = (final: BreakerDecision): Item => ({
  [decision]: text(final.decision),
  ...(final.detail === undefined ? {} : { detail: text(final.detail) }),
  ...(final.targetSid === undefined ? {} : { targetSid: text(final.targetSid) }),
  ...(final.usage === undefined ? {} : { usage: text(final.usage) }),
  ...(final.callsEnded === undefined ? {} : { callsEnded: { N: String(final.callsEnded) } }),
});
