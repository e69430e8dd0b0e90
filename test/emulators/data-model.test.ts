import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DynamoDB, type AttributeValue } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { createDynamoDbDecisions } from '../../cli/breaker/dynamodb-decisions';
import { createBreakerStore } from '../../lambda/breaker/aws/breaker-store';
import { createDynamoDbEventStore } from '../../lambda/consumer/aws/dynamodb-event-store';
import { readFiring } from '../../lambda/breaker/trigger-event';
import type { BreakerDecision } from '../../lambda/breaker/ports';
import { consumerBatch } from '../../lambda/consumer/process-record';
import { decodeEnvelope } from '../../lambda/shared/payload/envelope';
import { createTestIngress } from '../unit/ingress/fakes';
import { documentedWebhooks } from './documented-webhooks';

type Item = Readonly<Record<string, AttributeValue>>;

const page = readFileSync(join(__dirname, '..', '..', 'docs', 'data-model.md'), 'utf8');
const tableName = 'Table';
const { signal } = new AbortController();
const stoppedSid = `AC${'6'.repeat(32)}`;

/** The examples of the page: the JSON below each heading that has some. */
const documented = new Map(
  page
    .split(/^### /m)
    .slice(1)
    .flatMap((section): (readonly [string, Item])[] => {
      const heading = section.slice(0, section.indexOf('\n'));
      const [, example] = /^```json\n([\s\S]*?)^```$/m.exec(section) ?? [];
      return example === undefined ? [] : [[heading, JSON.parse(example) as Item]];
    }),
);

/** Which item an example is, among all that the webhooks became. */
const examples: Readonly<Record<string, (item: Item) => boolean>> = {
  'Incoming message': ({ direction, messageType }) => direction?.S === 'inbound' && messageType === undefined,
  'Incoming WhatsApp message': ({ messageType }) => messageType !== undefined,
  'Outgoing message': ({ direction }) => direction?.S === 'outbound',
  'Status history': ({ sk }) => sk?.S?.startsWith('STATUS#') === true,
  'Usage trigger': ({ kind }) => kind?.S === 'usage',
  CloudEvent: ({ pk, sk }) => pk?.S?.includes('#CLOUDEVENT#') === true && sk?.S === 'EVENT',
  'Other content under the same id': ({ sk }) => sk?.S?.startsWith('EVENT#') === true,
  'Any other event': ({ pk, kind }) => pk?.S?.includes('#EVENT#') === true && kind?.S === 'event',
  'Unrecognized webhook': ({ kind }) => kind?.S === 'unrecognized',
  'Marker of a signed text': ({ sk, requestId }) =>
    sk?.S === 'SIGNED' && requestId?.S === documentedWebhooks['message']?.requestContext.requestId,
  'Opt-out': ({ pk }) => pk?.S?.endsWith('#OPT-OUTS') === true,
  'Decision of the circuit breaker': ({ decision }) => decision?.S === 'tripped',
  'Drill of the circuit breaker': ({ decision }) => decision?.S === 'drill',
  'Re-activation after the circuit breaker': ({ decision }) => decision?.S === 'rearm',
};

describe('docs/data-model.md', () => {
  const server = dynalite({ createTableMs: 0 });
  const { ingress, published, clock } = createTestIngress();
  const now = (): number => clock.now;
  let client: DynamoDB;
  let items: readonly Item[];

  const createTable = async (): Promise<void> => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    client = new DynamoDB({
      // A server on a TCP port has an AddressInfo.
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    await client.createTable({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    });
  };

  /** Puts a webhook through ingress. @returns the queue message */
  const accepted = async (name: string): Promise<string> => {
    const event = documentedWebhooks[name];
    if (event === undefined) throw new Error(`There is no webhook ${name}.`);
    clock.now += 1000;
    const { statusCode } = await ingress(event);
    expect([200, 204]).toContain(statusCode);
    return published.at(-1)?.body ?? '';
  };

  const consume = async (body: string): Promise<void> => {
    const processor = consumerBatch({
      store: createDynamoDbEventStore({ tableName, retentionDays: 365, client }),
      changeVisibility: () => Promise.reject(new Error('nothing here is poison')),
      log: () => undefined,
      metrics: { count: () => undefined },
    });
    const record = { messageId: 'message', receiptHandle: 'receipt', body };
    expect(await processor.process(record, signal)).toBe('done');
  };

  const decide = async (body: string, verdict: BreakerDecision): Promise<void> => {
    const claim = await createBreakerStore({ tableName, now, client }).claim(readFiring(decodeEnvelope(body)), signal);
    if (claim.kind !== 'open') throw new Error('The row is not new.');
    await claim.decide(verdict);
  };

  beforeAll(async () => {
    await createTable();
    for (const name of Object.keys(documentedWebhooks)) {
      const body = await accepted(name);
      switch (name) {
        case 'usage':
          await consume(body);
          await decide(body, {
            decision: 'tripped',
            targetSid: stoppedSid,
            usage: '51.20',
            callsEnded: 2,
          });
          break;
        case 'drill':
          // The consumer stores it as a usage trigger like the one above.
          await decide(body, { decision: 'drill', detail: 'the credentials read every target' });
          break;
        default:
          await consume(body);
      }
    }
    await createDynamoDbDecisions(client, { tableName, signal }).writeRearm({
      accountSid: stoppedSid,
      at: '2026-01-31T11:00:00.000Z',
      reason: 'the leaked key was revoked',
    });
    const stored = (await client.scan({ TableName: tableName })).Items ?? [];
    // The message that opts out has an item like the first example.
    items = stored.filter(({ optOutType }) => optOutType === undefined);
  });

  afterAll(async () => {
    client.destroy();
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });

  test('has an example of every kind of item, and of nothing else', () => {
    expect([...documented.keys()].sort()).toEqual(Object.keys(examples).sort());
    const isUnknown = (item: Item): boolean =>
      item['sk']?.S !== 'SIGNED' && !Object.values(examples).some((is) => is(item));
    expect(items.filter(isUnknown)).toEqual([]);
  });

  test.each(Object.entries(examples))('shows the whole item: %s', (heading, isExample) => {
    expect(items.filter(isExample)).toEqual([documented.get(heading)]);
  });

  test('explains every attribute', () => {
    const explained = [...page.matchAll(/^\| ((?:`\w+`(?:, )?)+) \|/gm)].flatMap(([, names = '']) =>
      [...names.matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
    );
    const used = new Set(items.flatMap((item) => Object.keys(item)));
    expect([...used].filter((name) => !explained.includes(name))).toEqual([]);
  });

  test('no example but a marker, the opt-out and the breaker rows is kept beyond retentionDays', () => {
    const keptLonger = [...documented].filter(([, item]) => item['expiresAt'] === undefined);
    expect(keptLonger.map(([heading]) => heading).sort()).toEqual([
      'Decision of the circuit breaker',
      'Drill of the circuit breaker',
      'Marker of a signed text',
      'Opt-out',
      'Re-activation after the circuit breaker',
    ]);
  });
});
