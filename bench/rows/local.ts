import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { messageSortKey, signedTextSortKey, tableKeys } from '../../lambda/shared/contract/table';
import type { LocalState } from '../../local/state-file';
import { atLeast, atMost, figure } from '../figures';
import { drive, postRequest } from '../load';
import { startGateway, type StartedGateway } from '../local-gateway';
import { awsEnvironment } from '../processes';
import { sample } from '../sampling';
import { encodeForm, signed, smsForm } from '../webhooks';
import type { Row } from './bench';

const connections = 32;
/** Bursts are sent until one of these limits is reached. */
const limits = { webhooks: 50_000, seconds: 150 };

export const clientOf = (endpoint: string) => ({
  endpoint,
  region: awsEnvironment.AWS_REGION,
  credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
});

/** Waits until the consumer has stored everything. */
export const waitUntilEmpty = async ({ endpoints, queues }: LocalState): Promise<void> => {
  const client = new SQSClient(clientOf(endpoints.sqs));
  const command = new GetQueueAttributesCommand({
    QueueUrl: queues.events,
    AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
  });
  for (;;) {
    const { Attributes = {} } = await client.send(command);
    if (Object.values(Attributes).every((count) => count === '0')) break;
    await sleep(20);
  }
  client.destroy();
};

/** Counts messages and signed-text markers: one of each per webhook. */
export const countStored = async ({ endpoints, tableName }: LocalState) => {
  const client = new DynamoDBClient(clientOf(endpoints.dynamodb));
  const stored = { messages: 0, markers: 0 };
  const pages = paginateScan(
    { client },
    {
      TableName: tableName,
      ProjectionExpression: '#sk',
      ExpressionAttributeNames: { '#sk': tableKeys.sort },
    },
  );
  for await (const page of pages) {
    for (const item of page.Items ?? []) {
      const sk = item[tableKeys.sort]?.S;
      if (sk === messageSortKey) stored.messages += 1;
      else if (sk === signedTextSortKey) stored.markers += 1;
    }
  }
  client.destroy();
  return stored;
};

interface Burst {
  /** From the first request to the last stored item. */
  readonly perSecond: number;
  readonly answeredPerSecond: number;
}

const burst = async ({ state }: StartedGateway, count: number): Promise<Burst> => {
  const { webhooks } = state;
  const url = new URL(webhooks.messages);
  // Signed before the measurement: that is Twilio's work.
  const requests = Array.from({ length: count }, () => {
    const form = smsForm();
    return postRequest(url.pathname, encodeForm(form), {
      'x-twilio-signature': signed(form, webhooks.messages),
    });
  });
  const since = performance.now();
  const answeredMs = await drive({
    port: Number(url.port),
    requests,
    count,
    connections,
    expectedStatus: 200,
  });
  await waitUntilEmpty(state);
  return {
    perSecond: (count * 1000) / (performance.now() - since),
    answeredPerSecond: (count * 1000) / answeredMs,
  };
};

/** Signed webhooks through `npm start`, from HTTP to the table, each stored once; and whether its memory grows. */
export const local: Row = async ({ scratch, quick }) => {
  const gateway = await startGateway(scratch);
  try {
    const size = quick ? 150 : 2_500;
    const bursts: Burst[] = [];
    const memory: number[] = [];
    const since = performance.now();
    const isWithinLimits = (): boolean =>
      quick
        ? bursts.length < 3
        : bursts.length * size < limits.webhooks && performance.now() - since < limits.seconds * 1000;
    while (isWithinLimits() || bursts.length < 3) {
      bursts.push(await burst(gateway, size));
      memory.push(await gateway.memoryMb());
    }
    const posted = bursts.length * size;
    const { messages: stored, markers } = await countStored(gateway.state);
    if (stored !== posted || markers !== posted) {
      throw new Error(`${posted} webhooks were acknowledged, ${stored} are stored, with ${markers} markers.`);
    }
    // The first burst is a warm-up: it compiles code and starts environments.
    const warm = bursts.slice(1);
    const third = Math.ceil((memory.length - 1) / 3);
    const growth = sample(memory.slice(-third)).median / sample(memory.slice(1, 1 + third)).median;
    return [
      figure('local', 'webhooks a second, end to end', sample(warm.map(({ perSecond }) => perSecond)), '/s', {
        goal: atLeast(400),
        note:
          `answered at ${sample(warm.map((warmBurst) => warmBurst.answeredPerSecond)).median.toFixed(0)}/s; ` +
          `${stored} stored, each once`,
      }),
      figure('local', `memory at the end of ${posted} webhooks, relative to the beginning`, growth, '×', {
        goal: atMost(1.1),
        note: `${memory.map((mb) => mb.toFixed(0)).join(', ')} MB`,
      }),
    ];
  } finally {
    await gateway.stop();
  }
};
