import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Firing } from '../trigger-event';
import type { BreakerStore, OpenRow, Verdict } from '../ports';
import {
  breakerAttributes,
  breakerKey,
  finalDecisions,
  openDecisions,
  refusals,
  type FinalDecision,
  type OpenDecision,
} from '../../shared/breaker/breaker-record';
import { itemSchemaVersion } from '../../shared/contract/table';
import { createExpression, isAbsent, type Expression, type Item } from '../../aws/dynamodb-expression';
import { boundedClient } from '../../aws/sdk';

export interface BreakerLedgerOptions {
  readonly tableName: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly client?: Pick<DynamoDBClient, 'send'>;
}

const { decision, leaseOwner, leaseUntil } = breakerAttributes;
/** Longer than an invocation may last, so that two deliveries of a firing never work at once. */
const leaseMs = 5 * 60 * 1000;

const text = (value: string) => ({ S: value });

/** A row was decided, by an operator's re-arming or another delivery, while this one worked on it. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}

/**
 * The table behind `DecisionLedger`. The row is written before anything is done and says how far it came:
 *
 *     deciding → suspending → suspended → the verdict          (or straight to a verdict that does nothing)
 *
 * Until the verdict it is leased to one delivery. A redelivery of the same queue message continues at once, because its request
 * id owns the lease; another one waits until the lease ends, or until an attempt has failed before it began to act. Rows do not expire: an old firing replayed after years finds
 * its row.
 */
export const createBreakerLedger = ({
  tableName,
  now,
  client = new DynamoDBClient(boundedClient({ requestTimeoutMs: 1500, maxAttempts: 3 })),
}: BreakerLedgerOptions): BreakerStore => {
  const keyOf = (firing: Firing) => {
    const { pk, sk } = breakerKey(firing);
    return { pk: text(pk), sk: text(sk) };
  };

  const write = async (
    firing: Firing,
    condition: (expression: Expression) => string,
    changes: { readonly set: Item; readonly fill?: Item; readonly remove?: readonly string[] },
    signal?: AbortSignal,
  ): Promise<Item | 'refused'> => {
    const expression = createExpression();
    try {
      const { Attributes = {} } = await client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: keyOf(firing),
          UpdateExpression: expression.update(changes),
          ConditionExpression: condition(expression),
          ...expression.placeholders(),
          ReturnValues: 'ALL_NEW',
        }),
        signal === undefined ? {} : { abortSignal: signal },
      );
      return Attributes;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return 'refused';
      throw error;
    }
  };

  const openRow = (firing: Firing, item: Item, signal: AbortSignal): OpenRow => {
    const reached = openDecisionOf(item);
    let hasBegun = reached !== 'deciding';
    const isOurs = (expression: Expression): string =>
      `${expression.name(leaseOwner)} = ${expression.value('me', text(firing.requestId))}`;
    return {
      kind: 'open',
      decision: reached,
      advance: async (next, targetSid) => {
        hasBegun = true;
        const written = await write(
          firing,
          isOurs,
          { set: { [decision]: text(next), targetSid: text(targetSid) } },
          signal,
        );
        if (written === 'refused') throw new LeaseLostError('The row was decided meanwhile.');
      },
      decide: async (verdict) => {
        const set = { ...verdictItem(verdict), decidedAt: text(new Date(now()).toISOString()) };
        const remove = [leaseOwner, leaseUntil, 'lastFault'];
        // Refused where our own earlier attempt got through, or an operator has closed the row: it stays as it is.
        await write(firing, isOurs, { set, remove }, signal);
      },
      noteFault: async (fault) => {
        const release: Item = hasBegun ? {} : { [leaseUntil]: { N: '0' } };
        await write(firing, isOurs, { set: { lastFault: text(fault), ...release } });
      },
    };
  };

  const lease = (firing: Firing): Item => ({
    [leaseOwner]: text(firing.requestId),
    [leaseUntil]: { N: String(now() + leaseMs) },
    requestId: text(firing.requestId),
  });

  /** Takes a row that is new, or ours, or left behind. */
  const take = (firing: Firing, signal: AbortSignal): Promise<Item | 'refused'> =>
    write(
      firing,
      (expression) => {
        const isOurs = `${expression.name(leaseOwner)} = ${expression.value(leaseOwner, text(firing.requestId))}`;
        const hasEnded = `${expression.name(leaseUntil)} < ${expression.value('now', { N: String(now()) })}`;
        return `${isAbsent(expression)} OR ${isOurs} OR ${hasEnded}`;
      },
      // The row holds the values of the delivery that decides.
      { set: { ...lease(firing), ...firingItem(firing) }, fill: { [decision]: text('deciding') } },
      signal,
    );

  /** Begins a row anew that was refused to another delivery. */
  const reopen = (firing: Firing, refusal: FinalDecision, signal: AbortSignal): Promise<Item | 'refused'> =>
    write(
      firing,
      (expression) => `${expression.name(decision)} = ${expression.value('refusal', text(refusal))}`,
      {
        set: {
          ...lease(firing),
          ...firingItem(firing),
          [decision]: text('deciding'),
          refusedBefore: text(refusal),
        },
        remove: ['detail', 'decidedAt', 'targetSid', 'usage'],
      },
      signal,
    );

  return {
    claim: async (firing, signal) => {
      const taken = await take(firing, signal);
      if (taken !== 'refused') return openRow(firing, taken, signal);
      const { Item: found = {} } = await client.send(
        new GetItemCommand({ TableName: tableName, Key: keyOf(firing), ConsistentRead: true }),
        { abortSignal: signal },
      );
      const decided = finalDecisions.find((one): one is FinalDecision => one === found[decision]?.S);
      if (decided === undefined) return { kind: 'busy' };
      const requestId = found['requestId']?.S ?? '';
      if (requestId === firing.requestId || !refusals.some((one) => one === decided)) {
        return { kind: 'decided', decision: decided, requestId };
      }
      const reopened = await reopen(firing, decided, signal);
      return reopened === 'refused' ? { kind: 'busy' } : openRow(firing, reopened, signal);
    },

    noteReplay: async (firing, signal) => {
      await write(
        firing,
        (expression) => `attribute_exists(${expression.name('pk')})`,
        { set: { lastReplayAt: text(firing.receivedAt), lastReplayRequestId: text(firing.requestId) } },
        signal,
      );
    },
  };
};

const openDecisionOf = (item: Item): OpenDecision => {
  const found = openDecisions.find((one) => one === item[decision]?.S);
  // A row of a later version of this function: to begin anew would be to guess.
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
  // Those of a trigger that is not configured are a stranger's text.
  ...shortWord('category', firing.category),
  ...shortWord('recurring', firing.recurring),
  ...shortWord('triggerBy', firing.by),
  ...(firing.values.current === undefined ? {} : { currentValue: text(firing.values.current) }),
  ...(firing.values.trigger === undefined ? {} : { triggerValue: text(firing.values.trigger) }),
});

const verdictItem = (verdict: Verdict): Item => ({
  [decision]: text(verdict.decision),
  ...(verdict.detail === undefined ? {} : { detail: text(verdict.detail) }),
  ...(verdict.targetSid === undefined ? {} : { targetSid: text(verdict.targetSid) }),
  ...(verdict.usage === undefined ? {} : { usage: text(verdict.usage) }),
  ...(verdict.callsEnded === undefined ? {} : { callsEnded: { N: String(verdict.callsEnded) } }),
});
