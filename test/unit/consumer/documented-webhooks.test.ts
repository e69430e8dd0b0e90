import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { eventItem, messageAttributes } from '../../../lambda/consumer/aws/dynamodb-items';
import type { EventStore, StoredWebhook } from '../../../lambda/consumer/ports';
import { consumerBatch } from '../../../lambda/consumer/process-record';
import { messageAttributeNames } from '../../../lambda/shared/attributes/message-attributes';
import { twilioProducts, type EventTypeRule } from '../../../lambda/shared/attributes/twilio-products';
import { routeNames, routes } from '../../../lambda/shared/contract/routes';
import { envelope, queueRecord } from './webhooks';

const page = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'events.md'), 'utf8');
const accountSid = `AC${'a'.repeat(32)}`;

/** The cells of the page's table below a heading, without its head. */
const tableBelow = (heading: string): readonly (readonly string[])[] => {
  const [, below = ''] = page.split(`\n${heading}\n`);
  const [, , ...rows] = (/(?:^\|.*\n)+/m.exec(below)?.[0] ?? '').trim().split('\n');
  return rows.map((row) => row.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')));
};

const codeOf = (cell = ''): string => cell.replaceAll('`', '');
const titleOf = (cell = ''): string => /^\[(.*)\]/.exec(cell)?.[1] ?? cell;

/** The parameters of a form, or JSON. */
type Example = Readonly<Record<string, string>>;

const exampleOf = (title: string): Example => {
  const [, section = ''] = page.split(`\n### ${title}\n`);
  return JSON.parse(/^```json\n([\s\S]*?)^```$/m.exec(section)?.[1] ?? '') as Example;
};

type Item = Readonly<Record<string, AttributeValue>>;

/** Gives an example to the consumer. @returns the item that it stores */
const store = async (route: string, format: string, example: Example): Promise<Item> => {
  const name = routeNames.find((known) => known === route);
  if (name === undefined) throw new Error(`There is no route ${route}.`);
  const items: Item[] = [];
  const keep = (webhook: StoredWebhook): 'stored' => {
    const isMessage = webhook.kind === 'message' || webhook.kind === 'status';
    items.push(isMessage ? messageAttributes(webhook, 0) : eventItem(webhook, 0));
    return 'stored';
  };
  const events: EventStore = {
    claimText: () => Promise.resolve({ kind: 'claimed', eventsStored: 0 }),
    saveProgress: () => Promise.resolve(),
    storeOptOut: () => Promise.resolve(),
    storeCanary: () => Promise.resolve(),
    storeMessage: (message) => Promise.resolve(keep(message)),
    storeStatus: (status) => Promise.resolve({ outcome: keep(status) }),
    storeEvent: (event) => Promise.resolve(keep(event)),
  };
  const { process } = consumerBatch({
    store: events,
    changeVisibility: () => Promise.reject(new Error('nothing here is poison')),
    log: () => undefined,
    metrics: { count: () => undefined },
  });
  const body = format === 'JSON' ? JSON.stringify(example) : new URLSearchParams(example).toString();
  const record = queueRecord(
    'message',
    envelope({
      accountSid,
      route: name,
      kind: routes[name].kind,
      contentType: format === 'JSON' ? 'json' : 'form',
      body: Buffer.from(body),
    }),
  );
  expect(await process(record, new AbortController().signal)).toBe('done');
  const [item, ...others] = items;
  if (item === undefined || others.length > 0) throw new Error('The example is not one row.');
  return item;
};

/** The value at a path such as `data.messageSid`, in the first event of a batch. */
const valueAt = (example: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((value, name) => Reflect.get(Object(value), name), Array.isArray(example) ? example[0] : example);

const idPrefixes: Readonly<Record<string, string>> = {
  IdempotencyToken: 'USAGE#',
  'signed text': 'EVENT#',
  'source and id': 'CLOUDEVENT#',
};

describe('docs/events.md', () => {
  const rowsBelow = (heading: string) =>
    tableBelow(heading).map(([webhook, route, ...cells]) => [titleOf(webhook), codeOf(route).slice(1), ...cells]);
  const messages = rowsBelow('## Messages');
  const events = rowsBelow('## Events');

  test('has an example of each webhook, and of nothing else', () => {
    const titles = [...messages, ...events].map(([title]) => title);
    const examples = page.split('\n## Examples\n')[1]?.matchAll(/^### (.*)$/gm) ?? [];
    expect([...examples].map(([, title]) => title)).toEqual(titles);
  });

  test.each(messages)('says what is found of %s', async (title = '', route = '', format = '', attributes = '') => {
    const item = await store(route, format, exampleOf(title));
    const found = messageAttributeNames.filter((name) => item[name] !== undefined);
    const documented = attributes === 'none' ? [] : codeOf(attributes).split(', ');
    expect(found).toEqual(documented);
  });

  test.each(events)('says what is found of %s', async (title = '', route = '', format = '', subject, type, id) => {
    const example = exampleOf(title);
    const item = await store(route, format, example);
    expect(item).toMatchObject({
      kind: { S: route === 'usage' ? 'usage' : 'event' },
      subject: { S: valueAt(example, codeOf(subject)) },
      type: { S: codeOf(type) },
      eventId: { S: expect.stringMatching(`^${idPrefixes[codeOf(id)] ?? 'none'}`) as string },
    });
  });

  test('says how subject and type are found, as the code does', () => {
    const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');
    const typeText = ({ event, resource, status = [], always }: EventTypeRule): string => {
      if (always !== undefined) return code([always]);
      const byStatus = resource === undefined ? [] : [`\`${resource}.\` and ${code(status)}`];
      return [...(event === undefined ? [] : [code([event])]), ...byStatus].join(', else ');
    };
    expect(tableBelow('### How subject and type are found')).toEqual(
      twilioProducts.map(({ name, has, subject, type }) => [
        name,
        has.length === 0 ? 'none of these' : code(has),
        code(subject),
        typeText(type),
      ]),
    );
  });

  test('has an example of every product', () => {
    const products = new Set(
      [...messages, ...events].map(([title = '']) => {
        const example = exampleOf(title);
        const params = valueAt(example, 'data') ?? example;
        const plain = Object.keys(params).map((name) => name.replaceAll('_', '').toLowerCase());
        return twilioProducts.find(({ has }) => has.some((name) => plain.includes(name.toLowerCase())))?.name;
      }),
    );
    expect(twilioProducts.map(({ name }) => name).filter((name) => !products.has(name))).toEqual(['Anything else']);
  });
});
