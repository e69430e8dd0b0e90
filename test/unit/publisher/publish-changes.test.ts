import * as fc from 'fast-check';
import { messageText } from '../../../lambda/shared/events/accepted-text';
import { acceptedBeforeFailure, type Publication } from '../../../lambda/shared/events/publication';
import {
  batchSizes,
  fates,
  playStream,
  publicationsOf,
  publisher,
  recordOf,
  sequenceOf,
  streams,
  topic,
  type Parts,
  type Payload,
} from './stream';

const maxRequestBytes = 262_144;

test('each event is accepted, and those of a group in the order of the stream, whatever fails', async () => {
  await fc.assert(
    fc.asyncProperty(streams, fates, batchSizes, async (records, planned, sizes) => {
      const sns = topic(planned);
      await playStream(records, sns.publish, 'full', sizes);
      const expected = publicationsOf(records);
      expect([...sns.accepted].sort()).toEqual(expected.map(({ deduplicationId }) => deduplicationId).sort());
      const groups = new Set(expected.map(({ groupId }) => groupId));
      for (const group of groups) {
        const ids = expected.filter(({ groupId }) => groupId === group).map(({ deduplicationId }) => deduplicationId);
        expect([...sns.accepted].filter((id) => ids.includes(id))).toEqual(ids);
      }
    }),
  );
});

/** As SNS counts: the message, and each attribute with its name and type. */
const bytesOf = ({ event, attributes }: Publication): number =>
  Buffer.byteLength(messageText(event)) +
  Object.entries(attributes).reduce((sum, pair) => sum + Buffer.byteLength(`${pair.join('')}String`), 0);

test('each request has at most ten events, 256 KiB, and one event of a group', async () => {
  await fc.assert(
    fc.asyncProperty(
      streams,
      fates,
      fc.constantFrom<Payload>('full', 'reference'),
      async (records, planned, payload) => {
        const sns = topic(planned);
        await playStream(records, sns.publish, payload, [100]);
        for (const request of sns.requests) {
          expect(request.length).toBeGreaterThan(0);
          expect(request.length).toBeLessThanOrEqual(10);
          expect(new Set(request.map(({ groupId }) => groupId)).size).toBe(request.length);
          const bytes = request.reduce((sum, publication) => sum + bytesOf(publication), 0);
          expect(bytes).toBeLessThanOrEqual(maxRequestBytes);
        }
      },
    ),
  );
});

test('an event has no data only if it is too large for a message', async () => {
  await fc.assert(
    fc.asyncProperty(streams, async (records) => {
      const sns = topic([]);
      await playStream(records, sns.publish, 'full', [100]);
      const full = new Map(publicationsOf(records).map((publication) => [publication.deduplicationId, publication]));
      for (const { event, deduplicationId } of sns.requests.flat()) {
        const whole = full.get(deduplicationId)?.event;
        if (whole === undefined) throw new Error('an event was published that is in no change');
        // Room for attributes.
        const isTooLarge = Buffer.byteLength(messageText(whole)) > maxRequestBytes - 2_048;
        expect(event.truncated).toBe(isTooLarge ? true : undefined);
        expect(event.data).toEqual(isTooLarge ? undefined : whole.data);
      }
    }),
  );
});

test('a reference contains no text, no number and no parameter', async () => {
  await fc.assert(
    fc.asyncProperty(streams, async (records) => {
      const sns = topic([]);
      await playStream(records, sns.publish, 'reference', [100]);
      const published = sns.requests.flat();
      expect(published).toHaveLength(publicationsOf(records).length);
      for (const { event, attributes } of published) {
        expect(event).not.toHaveProperty('data');
        expect(event.item.pk).not.toBe('');
        expect(Object.keys(attributes)).not.toEqual(expect.arrayContaining(['from']));
        expect(Object.keys(attributes)).not.toEqual(expect.arrayContaining(['to']));
        expect(JSON.stringify([event, attributes])).not.toMatch(/\+1555|xxx/);
      }
    }),
  );
});

test('every message is text that SQS accepts, and JSON of the event', () => {
  fc.assert(
    fc.property(streams, (records) => {
      for (const { event } of publicationsOf(records)) {
        expect(messageText(event)).not.toMatch(
          /[^\u{9}\u{A}\u{D}\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u,
        );
        expect(JSON.parse(messageText(event))).toEqual(event);
      }
    }),
  );
});

describe('a batch', () => {
  const parts = { from: '+15550100001', to: '+15550100002', body: 'a' };
  const records = (...kinds: readonly Parts['kind'][]) =>
    kinds.map((kind, at) => recordOf({ ...parts, to: `+1555010001${at}`, kind }, at));

  test('without events publishes nothing', async () => {
    const sns = topic([]);
    expect(await publisher(sns.publish).publishBatch(records('marker', 'unchanged'))).toEqual({
      batchItemFailures: [],
    });
    expect(sns.requests).toEqual([]);
  });

  test('continues at the first event that was refused, and counts the others', async () => {
    const given = records('message', 'marker', 'history', 'event');
    const { publishBatch, counted, reasons } = publisher(topic([{ refused: [1, 2] }]).publish);
    expect(await publishBatch(given)).toEqual({ batchItemFailures: [{ itemIdentifier: sequenceOf(given[2]) }] });
    expect(counted).toEqual({ EventPublished: 1, PublishFailed: 1 });
    expect(reasons).toEqual(['event_published', 'publish_failed']);
  });

  test('continues at the first event of a request that failed', async () => {
    const given = records('marker', 'message');
    const { publishBatch, counted, reasons } = publisher(topic(['throws']).publish);
    expect(await publishBatch(given)).toEqual({ batchItemFailures: [{ itemIdentifier: sequenceOf(given[1]) }] });
    expect(counted).toEqual({ PublishFailed: 1 });
    expect(reasons).toEqual(['publish_failed']);
  });

  test('publishes what comes before a change that it cannot read, and nothing after it', async () => {
    const given = records('message', 'unreadable', 'message');
    const sns = topic([]);
    const { publishBatch, counted, reasons } = publisher(sns.publish);
    expect(await publishBatch(given)).toEqual({ batchItemFailures: [{ itemIdentifier: sequenceOf(given[1]) }] });
    expect(sns.accepted.size).toBe(1);
    expect(counted).toEqual({ EventPublished: 1, PublishFailed: 1 });
    expect(reasons).toEqual(['unreadable_change', 'event_published']);
  });
});

test.each([
  ['all without an entry that failed', undefined, 3],
  ['those before the first entry that failed', [{ Id: '2' }, { Id: '1' }], 1],
  ['none where it is not known which failed', [{}], 0],
])('of a batch of three, SNS accepted %s', (_name, failed, accepted) => {
  expect(acceptedBeforeFailure(3, failed)).toBe(accepted);
});
