import { assumed, prices } from './prices';

/** The parts of the synthesized template that determine its cost. */
export interface Deployment {
  readonly api: 'http' | 'rest';
  readonly architecture: 'arm64' | 'x86_64';
  readonly memoryMb: number;
  readonly batchSize: number;
  readonly indexes: number;
  readonly tracing: boolean;
}

/** One measured webhook. */
export interface WebhookSizes {
  readonly queueMessageBytes: number;
  readonly itemBytes: number;
}

export type Costs = Readonly<
  Record<'API Gateway' | 'ingress' | 'queue' | 'consumer' | 'marker' | 'table' | 'indexes', number>
>;

const units = (bytes: number, unitBytes: number): number => Math.ceil(bytes / unitBytes);

/** Dollars for a million accepted and stored webhooks, without fixed monthly costs, logs and traces. */
export const costsOf = (deployment: Deployment, sizes: WebhookSizes, batch: number): Costs => {
  const { api, architecture, memoryMb, indexes } = deployment;
  const gigabyteSecond = architecture === 'arm64' ? prices.lambdaArm64 : prices.lambdaX86;
  const run = (ms: number): number => prices.lambdaRequests + (memoryMb / 1024) * (ms / 1000) * gigabyteSecond;
  const { ingressMs, coldStartMs, coldShare, consumerBaseMs, consumerRecordMs } = assumed;
  const sent = units(sizes.queueMessageBytes, 64 * 1024);
  // A batch of up to 64 kB is received by one request and deleted by another.
  const batched = units(sizes.queueMessageBytes * batch, 64 * 1024) + 1;
  return {
    'API Gateway': api === 'http' ? prices.httpApiRequests : prices.restApiRequests,
    ingress: run(ingressMs * (1 - coldShare) + coldStartMs * coldShare),
    queue: prices.sqsRequests * (sent + batched / batch),
    consumer: run(consumerBaseMs + consumerRecordMs * batch) / batch,
    // About 300 bytes, whatever the length of the signed text.
    marker: prices.dynamodbWrites,
    table: prices.dynamodbWrites * units(sizes.itemBytes, 1024),
    // Keys only: one unit each.
    indexes: prices.dynamodbWrites * indexes,
  };
};

export const total = (costs: Costs): number => Object.values(costs).reduce((sum, cost) => sum + cost, 0);

type Attribute = Readonly<Record<string, unknown>>;

/**
 * DynamoDB counts names and values in UTF-8.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
const valueBytes = (attribute: Attribute): number => {
  const [type = '', value] = Object.entries(attribute)[0] ?? [];
  switch (type) {
    case 'S':
      return Buffer.byteLength(String(value));
    case 'N':
      return Math.ceil(String(value).length / 2) + 1;
    case 'BOOL':
      return 1;
    case 'L':
      return 3 + (value as readonly Attribute[]).reduce((sum, element) => sum + 1 + valueBytes(element), 0);
    case 'M':
      return 3 + itemBytes(value as Readonly<Record<string, Attribute>>);
    default:
      throw new Error(`Unknown size of an attribute of type ${type}.`);
  }
};

export const itemBytes = (item: Readonly<Record<string, Attribute>>): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);
