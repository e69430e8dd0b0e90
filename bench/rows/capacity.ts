import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { backlogAfter, drainRate, drainSeconds } from '../../cli/doctor/capacity-model';
import type { DeployedLimits } from '../../cli/doctor/deployed-limits';
import { atMost, figure } from '../figures';
import { drive, postRequest } from '../load';
import { startGateway, type StartedGateway } from '../local-gateway';
import { encodeForm, signed, smsForm } from '../webhooks';
import type { Row } from './bench';
import { clientOf, countStored } from './local';

/** Added to each call of the table: a message takes two, one after the other. */
const tableDelayMs = 400;
/** Of what the consumer drains. */
const burstFactor = 5;

interface Capacity {
  readonly gateway: StartedGateway;
  readonly limits: DeployedLimits;
  /** Messages that wait or are in flight. */
  readonly backlog: () => Promise<number>;
  readonly close: () => void;
}

const open = async (scratch: string): Promise<Capacity> => {
  const gateway = await startGateway(scratch, ['bench/programs/slow-table-gateway.ts', String(tableDelayMs)]);
  const { endpoints, queues } = gateway.state;
  const client = new SQSClient(clientOf(endpoints.sqs));
  const command = new GetQueueAttributesCommand({
    QueueUrl: queues.events,
    AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
  });
  return {
    gateway,
    // The program wrote it.
    limits: JSON.parse(readFileSync(join(gateway.directory, 'limits.json'), 'utf8')) as DeployedLimits,
    backlog: async () => {
      const { Attributes = {} } = await client.send(command);
      return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
    },
    close: () => client.destroy(),
  };
};

/** Sends webhooks, and fails if one is refused. @returns seconds until the last is answered */
const send = async ({ state }: StartedGateway, count: number, perSecond = Infinity): Promise<number> => {
  const url = new URL(state.webhooks.messages);
  // Signed before the measurement: that is Twilio's work.
  const requests = Array.from({ length: count }, () => {
    const form = smsForm();
    const headers = { 'x-twilio-signature': signed(form, state.webhooks.messages) };
    return postRequest(url.pathname, encodeForm(form), headers);
  });
  const port = Number(url.port);
  return (await drive({ port, requests, count, connections: 32, expectedStatus: 200, perSecond })) / 1000;
};

/** @returns seconds until nothing waits */
const drained = async ({ backlog }: Capacity): Promise<number> => {
  const since = performance.now();
  while ((await backlog()) > 0) await sleep(50);
  return (performance.now() - since) / 1000;
};

/** Seconds that a full batch takes, measured on a backlog while no webhook arrives. */
const measureBatch = async (capacity: Capacity): Promise<number> => {
  const { batchSize, consumerMaxConcurrency } = capacity.limits;
  const atOnce = batchSize * consumerMaxConcurrency;
  // The first batches start environments and compile code.
  await send(capacity.gateway, 3 * atOnce);
  await drained(capacity);
  await send(capacity.gateway, 10 * atOnce);
  const waiting = await capacity.backlog();
  return ((await drained(capacity)) * atOnce) / waiting;
};

const difference = (measured: number, expected: number): number => Math.abs(measured / expected - 1) * 100;
const whole = (value: number): string => Math.round(value).toLocaleString('en-US');

/** A burst of five times what the consumer drains: backlog and drain time, compared with docs/capacity.md's model. */
export const capacity: Row = async ({ scratch, quick }) => {
  const opened = await open(scratch);
  const { gateway, limits, backlog } = opened;
  try {
    const batchSeconds = await measureBatch(opened);
    const { batchSize, consumerMaxConcurrency: maxConcurrency } = limits;
    const drain = drainRate({ batchSize, maxConcurrency, batchSeconds });
    const before = (await countStored(gateway.state)).messages;
    const count = Math.round(burstFactor * drain * (quick ? 5 : 60));
    const burstSeconds = await send(gateway, count, burstFactor * drain);
    const waiting = await backlog();
    const expected = backlogAfter(count / burstSeconds, burstSeconds, drain);
    const untilStored = await drained(opened);
    const expectedSeconds = drainSeconds(expected, drain);
    const stored = await countStored(gateway.state);
    const messages = stored.messages - before;
    const note = `${whole(count)} webhooks in ${burstSeconds.toFixed(0)} s, each answered 200`;
    const percent = (name: string, measured: number, model: number, unit: string) =>
      figure('capacity', `${name}, difference from the model`, difference(measured, model), '%', {
        goal: atMost(20),
        note: `${whole(measured)} ${unit}, the model says ${whole(model)}`,
      });
    return [
      figure('capacity', 'webhooks refused or lost in a burst of 5 × what is drained', count - messages, '', {
        goal: atMost(0),
        note: `${note}; ${whole(messages)} stored, ${whole(stored.markers - before)} markers`,
      }),
      percent('backlog at the end of the burst', waiting, expected, 'messages'),
      percent('time until it is stored', untilStored, expectedSeconds, 's'),
      figure('capacity', 'messages a second that the consumer drains', drain, '/s', {
        note: `${maxConcurrency} batches of ${batchSize}, ${batchSeconds.toFixed(2)} s each: a slow table`,
      }),
    ];
  } finally {
    opened.close();
    await gateway.stop();
  }
};
