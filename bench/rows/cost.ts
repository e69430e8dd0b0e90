import { costsOf, itemBytes, total, type Costs, type WebhookSizes } from '../cost-model';
import { readDeployment } from '../deployment';
import { consumerEnvironment } from '../environments';
import { atMost, figure } from '../figures';
import { prices, pricesReadOn } from '../prices';
import { startProgram } from '../processes';
import { encodeForm, smsForm, type Form } from '../webhooks';
import type { Bench, Row } from './bench';

interface UpdateItem {
  readonly Key: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly UpdateExpression: string;
  readonly ExpressionAttributeValues: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface StoredWebhook extends WebhookSizes {
  /** As the real consumer writes it. */
  readonly item: UpdateItem['Key'];
}

/** Stores webhooks with the real consumer. */
export const storeWebhooks = async (
  { programs, aws }: Bench,
  forms: readonly Form[],
): Promise<readonly StoredWebhook[]> => {
  const host = await startProgram(programs.file('programs/consumer-host'), consumerEnvironment(aws.ready.http), [
    programs.file('consumer'),
  ]);
  try {
    const stored: StoredWebhook[] = [];
    for (const form of forms) {
      const queueMessageBytes = await host.call<number>('storeMessage', form);
      const { Key, UpdateExpression, ExpressionAttributeValues } = await aws.call<UpdateItem>(
        'lastInput',
        'DynamoDB_20120810.UpdateItem',
      );
      // Placeholders are named after their attributes.
      const set = [...UpdateExpression.matchAll(/#(\w+) = /g)].map(([, name = '']) => [
        name,
        ExpressionAttributeValues[`:${name}`] ?? {},
      ]);
      // fromEntries loses the type of the values.
      const item = { ...Key, ...Object.fromEntries(set) } as UpdateItem['Key'];
      stored.push({ queueMessageBytes, itemBytes: itemBytes(item), item });
    }
    return stored;
  } finally {
    await host.stop();
  }
};

/** An SMS whose form has this many bytes. */
const smsOf = (bytes: number): Form => {
  const missing = bytes - encodeForm(smsForm({ Body: '' })).length;
  return smsForm({ Body: 'a'.repeat(missing) });
};

const components = (costs: Costs): string =>
  Object.entries(costs)
    .map(([name, cost]) => `${name} ${cost.toFixed(2)}`)
    .join(', ');

/**
 * Dollars for a million incoming messages, from the template of the `prod` stage, the consumer's real writes, and a
 * price table.
 */
export const cost: Row = async (bench) => {
  const deployment = readDeployment(bench.scratch);
  const [typical, large] = await storeWebhooks(bench, [smsForm(), smsOf(1024)]);
  if (typical === undefined || large === undefined) throw new Error('There is nothing to price.');
  const full = deployment.batchSize;
  const price = (sizes: WebhookSizes, batch: number, changes: Partial<typeof deployment> = {}) =>
    costsOf({ ...deployment, ...changes }, sizes, batch);
  const line = (name: string, costs: Costs, goal?: ReturnType<typeof atMost>) =>
    figure('cost', name, total(costs), '$/M', { goal, note: components(costs) });
  const sms = `SMS of 20 parameters (item ${typical.itemBytes} bytes)`;
  const kilobyte = `webhook of 1 kB (item ${large.itemBytes} bytes)`;
  const plain = (name: string, value: number, note: string) => figure('cost', name, value, '$/M', { note });
  return [
    line(`${sms}, one by one`, price(typical, 1), atMost(3.45)),
    line(`${sms}, full batches`, price(typical, full), atMost(2.5)),
    line(`${kilobyte}, one by one`, price(large, 1), atMost(3.45)),
    line(`${kilobyte}, full batches`, price(large, full), atMost(2.5)),
    line('for comparison: the same behind a REST API, one by one', price(typical, 1, { api: 'rest' })),
    plain(
      'for comparison: the same with a secret read for each webhook, one by one',
      total(price(typical, 1)) + prices.secretReads,
      `secret reads ${prices.secretReads.toFixed(2)}`,
    ),
    plain(
      'not included: X-Ray, while below one webhook a second',
      deployment.tracing ? prices.xrayTraces : 0,
      `above that 5 % are traced; prices of ${pricesReadOn}, us-east-1`,
    ),
  ];
};
