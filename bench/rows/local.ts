import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { messageSortKey, signedTextSortKey, tableKeys } from '../../lambda/shared/contract/table';
import type { LocalState } from '../../local/state-file';
import { ingressEnvironment } from '../environments';
import { atMost, figure } from '../figures';
import { drive, postRequest } from '../load';
import { startGateway, type StartedGateway } from '../local-gateway';
import { awsEnvironment, startProgram, type RunningProgram } from '../processes';
import { ratios, sample } from '../sampling';
import { encodeForm, messagesUrl, signed, smsForm } from '../webhooks';
import type { Row } from './bench';

const connections = 32;
/** Webhooks of each burst, and their number in the whole row. Express gets a part of each burst. */
const sizes = { burst: 5_000, total: 200_000, express: 1_000 };
const quickSizes = { burst: 150, total: 450, express: 150 };
/** Both programs still get faster after thousands of requests. */
const warmUpBursts = 2;

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
    await sleep(50);
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
  /** Microseconds of the gateway's processes for each webhook. */
  readonly cpu: number;
}

const burst = async ({ state, cpuMicroseconds }: StartedGateway, count: number): Promise<Burst> => {
  const { webhooks } = state;
  const url = new URL(webhooks.messages);
  // Signed before the measurement: that is Twilio's work.
  const requests = signedRequests(count, url.pathname, webhooks.messages);
  const cpuBefore = await cpuMicroseconds();
  const since = performance.now();
  const answeredMs = await drive({
    port: Number(url.port),
    requests,
    count,
    connections,
    expectedStatus: 200,
  });
  await waitUntilEmpty(state);
  const perSecond = (count * 1000) / (performance.now() - since);
  return {
    perSecond,
    answeredPerSecond: (count * 1000) / answeredMs,
    cpu: ((await cpuMicroseconds()) - cpuBefore) / count,
  };
};

const signedRequests = (count: number, path: string, url: string): readonly Buffer[] =>
  Array.from({ length: count }, () => {
    const form = smsForm();
    return postRequest(path, encodeForm(form), { 'x-twilio-signature': signed(form, url) });
  });

/** @returns microseconds of Express for each webhook that it accepts */
const expressBurst = async (express: ExpressServer, count: number): Promise<number> => {
  const requests = signedRequests(500, '/prod/messages', messagesUrl);
  const before = await express.call<number>('cpu');
  await drive({ port: express.ready.port, requests, count, connections, expectedStatus: 200 });
  return ((await express.call<number>('cpu')) - before) / count;
};

type ExpressServer = RunningProgram<{ readonly port: number }>;

/**
 * Signed webhooks through `npm start`, from HTTP to the table, each stored once: its CPU, relative to what Express
 * spends to accept one, and whether its memory grows.
 */
export const local: Row = async ({ programs, aws, scratch, quick }) => {
  const gateway = await startGateway(scratch);
  const express: ExpressServer = await startProgram(
    programs.file('peers/express-server'),
    ingressEnvironment(aws.ready.http),
  );
  try {
    const size = quick ? quickSizes : sizes;
    const bursts: Burst[] = [];
    const expressCpu: number[] = [];
    const memory: number[] = [];
    for (let posted = 0; posted < size.total; posted += size.burst) {
      bursts.push(await burst(gateway, size.burst));
      expressCpu.push(await expressBurst(express, posted < warmUpBursts * size.burst ? size.burst : size.express));
      memory.push(await gateway.memoryMb());
    }
    const { messages: stored, markers } = await countStored(gateway.state);
    if (stored !== size.total || markers !== size.total) {
      throw new Error(`${size.total} webhooks were acknowledged, ${stored} are stored, with ${markers} markers.`);
    }
    // They compile code and start environments.
    const warm = bursts.slice(warmUpBursts);
    const cpu = warm.map((warmBurst) => warmBurst.cpu);
    const warmExpress = expressCpu.slice(warmUpBursts);
    const third = Math.ceil((memory.length - 1) / 3);
    const growth = sample(memory.slice(-third)).median / sample(memory.slice(1, 1 + third)).median;
    return [
      figure(
        'local',
        'CPU of a webhook stored, relative to Express 5 + twilio.webhook() + SQS accepting one',
        ratios(cpu, warmExpress),
        '×',
        {
          goal: atMost(3.4),
          note:
            `the whole gateway ${sample(cpu).median.toFixed(0)} µs, ` +
            `Express ${sample(warmExpress).median.toFixed(0)} µs; ${stored} stored, each once`,
        },
      ),
      figure('local', 'webhooks a second, end to end', sample(warm.map(({ perSecond }) => perSecond)), '/s', {
        note: `answered at ${sample(warm.map((warmBurst) => warmBurst.answeredPerSecond)).median.toFixed(0)}/s`,
      }),
      figure('local', `memory at the end of ${size.total} webhooks, relative to the beginning`, growth, '×', {
        goal: atMost(1.1),
        note: `${memory.map((mb) => mb.toFixed(0)).join(', ')} MB`,
      }),
    ];
  } finally {
    await Promise.all([gateway.stop(), express.stop()]);
  }
};
