import type { DynamoDBRecord } from 'aws-lambda';
import * as fc from 'fast-check';
import type { Publication } from '../../../lambda/shared/events/publication';
import { publishChanges } from '../../../lambda/publisher/publish-changes';
import { readChange } from '../../../lambda/shared/events/read-change';
import { callback, incoming, nextMessageSid, otherEvent } from '../consumer/webhooks';
import { change, eventImage, historyImage, markerImage, messageImage, statusImage } from './images';

export type Payload = 'full' | 'reference';
type Request = readonly Publication[];

/** How a request ends. It may throw before SNS has the events, or after (`answer is lost`). */
type Fate = 'accepted' | 'throws' | 'answer is lost' | { readonly refused: readonly number[] };

/** A topic whose requests end as planned. All later requests are accepted. */
export const topic = (fates: readonly Fate[]) => {
  const requests: Request[] = [];
  /** Deduplication ids in the order of their first acceptance. */
  const accepted = new Set<string>();
  const waiting = [...fates];
  return {
    requests,
    accepted,
    publish: (request: Request): Promise<number> => {
      requests.push(request);
      const fate = waiting.shift() ?? 'accepted';
      if (fate === 'throws') return Promise.reject(new Error('injected'));
      const refused = typeof fate === 'object' ? fate.refused.filter((at) => at < request.length) : [];
      for (const [at, { deduplicationId }] of request.entries())
        if (!refused.includes(at)) accepted.add(deduplicationId);
      if (fate === 'answer is lost') return Promise.reject(new Error('injected'));
      return Promise.resolve(Math.min(request.length, ...refused));
    },
  };
};

const signal = new AbortController().signal;
export const sequenceOf = ({ dynamodb }: DynamoDBRecord | undefined = {}): string => dynamodb?.SequenceNumber ?? '';

export const publisher = (publish: (request: Request) => Promise<number>, payload: Payload = 'full') => {
  const counted: Record<string, number> = {};
  const reasons: string[] = [];
  return {
    counted,
    reasons,
    publishBatch: (Records: DynamoDBRecord[]) =>
      publishChanges({ Records }, signal, {
        publish,
        payload,
        log: (_level, { reason }) => void reasons.push(reason),
        metrics: { count: (name, value = 1) => void (counted[name] = (counted[name] ?? 0) + value) },
      }),
  };
};

const isReadable = (record: DynamoDBRecord): boolean => {
  try {
    readChange(record);
    return true;
  } catch {
    return false;
  }
};

/** Invokes the publisher as Lambda does: again from the returned change on, but past a change that cannot be read. */
export const playStream = async (
  records: readonly DynamoDBRecord[],
  publish: (request: Request) => Promise<number>,
  payload: Payload,
  batchSizes: readonly number[],
): Promise<void> => {
  const { publishBatch } = publisher(publish, payload);
  const bound = 10 * (records.length + 20);
  let from = 0;
  for (let invocation = 0; from < records.length; invocation += 1) {
    if (invocation > bound) throw new Error(`the stream did not get past change ${from}`);
    const batch = records.slice(from, from + (batchSizes[invocation % batchSizes.length] ?? 100));
    const { batchItemFailures } = await publishBatch(batch);
    const [first, ...more] = batchItemFailures.map(({ itemIdentifier }) =>
      batch.findIndex((record) => sequenceOf(record) === itemIdentifier),
    );
    expect(more).toEqual([]);
    expect(first).not.toBe(-1);
    const given = batch[0];
    // The stream drops an unreadable change after 24 hours.
    const isDropped = first === 0 && given !== undefined && !isReadable(given);
    from += isDropped ? 1 : (first ?? batch.length);
  }
};

/** Few addresses, so that conversations repeat, but enough for more than ten conversations in a batch. */
const addresses = Array.from({ length: 5 }, (_, at) => `+1555010000${at}`);
const texts = fc.oneof(
  { weight: 12, arbitrary: fc.string({ maxLength: 20 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('\ufffe\uffff', '\u0000\ud800', 'é'.repeat(60_000), '\uffff'.repeat(50_000)),
  },
  { weight: 2, arbitrary: fc.nat({ max: 300_000 }).map((length) => 'x'.repeat(length)) },
);

export interface Parts {
  readonly kind: 'message' | 'status' | 'history' | 'event' | 'call' | 'marker' | 'unchanged' | 'unreadable';
  readonly from: string;
  readonly to: string;
  readonly body: string;
}

const changeOf: fc.Arbitrary<Parts> = fc.record({
  kind: fc.oneof(fc.constantFrom('message', 'status', 'history', 'call', 'marker', 'unchanged', 'unreadable'), {
    weight: 2,
    arbitrary: fc.constant('event'),
  }),
  from: fc.constantFrom(...addresses),
  to: fc.constantFrom(...addresses),
  body: texts,
});

export const recordOf = ({ kind, from, to, body }: Parts, at: number): DynamoDBRecord => {
  const sequenceNumber = String(at + 1).padStart(6, '0');
  const messageSid = nextMessageSid();
  const message = messageImage(incoming({ messageSid, from, to, body }));
  const sent = callback(messageSid, 'sent', { from, to });
  switch (kind) {
    case 'message':
      return change(message, undefined, sequenceNumber);
    case 'status':
      return change(statusImage(sent), undefined, sequenceNumber);
    case 'history':
      return change(historyImage(sent), undefined, sequenceNumber);
    // An event with a group of its own.
    case 'event':
      return change(
        eventImage(otherEvent({ eventId: messageSid, content: { payload: body } })),
        undefined,
        sequenceNumber,
      );
    case 'call': {
      const content = { params: JSON.stringify({ CallSid: `CA${from.slice(-4)}`, Text: body }) };
      return change(eventImage(otherEvent({ eventId: messageSid, content })), undefined, sequenceNumber);
    }
    case 'marker':
      return change(markerImage(), undefined, sequenceNumber);
    case 'unchanged':
      return change(message, message, sequenceNumber);
    case 'unreadable':
      return change({ ...message, params: { S: 'not JSON' } }, undefined, sequenceNumber);
  }
};

export const streams = fc
  .array(changeOf, { maxLength: 40, size: 'max' })
  .map((changes) => changes.map((parts, position) => recordOf(parts, position)));
export const fates: fc.Arbitrary<readonly Fate[]> = fc.array(
  fc.oneof(
    fc.constantFrom<Fate>('accepted', 'throws', 'answer is lost'),
    fc.record({ refused: fc.uniqueArray(fc.nat({ max: 9 }), { minLength: 1, maxLength: 4 }) }),
  ),
  { maxLength: 20 },
);
export const batchSizes = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 5 });

export const publicationsOf = (records: readonly DynamoDBRecord[]): readonly Publication[] =>
  records.filter(isReadable).flatMap((record) => readChange(record) ?? []);
