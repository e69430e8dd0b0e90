import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, figure } from '../figures';
import { drive, postRequest } from '../load';
import { startGateway, type StartedGateway } from '../local-gateway';
import { interleave, quantile, ratios, sample } from '../sampling';
import { encodeForm, signed, smsForm } from '../webhooks';
import type { Row } from './bench';
import { waitUntilEmpty } from './local';

interface Message {
  readonly sid: string;
  readonly request: Buffer;
}

/** Signed before the measurement: that is Twilio's work. */
const messagesOf = ({ state }: StartedGateway, count: number, conversations: number): readonly Message[] =>
  Array.from({ length: count }, (_, at) => {
    const form = smsForm({ From: `+155501${String(at % conversations).padStart(5, '0')}` });
    const headers = { 'x-twilio-signature': signed(form, state.webhooks.messages) };
    const request = postRequest(new URL(state.webhooks.messages).pathname, encodeForm(form), headers);
    return { sid: form['MessageSid'] ?? '', request };
  });

const portOf = ({ state }: StartedGateway): number => Number(new URL(state.webhooks.messages).port);
const ms = (nanoseconds: bigint): number => Number(nanoseconds) / 1e6;
const clock = (): bigint => process.hrtime.bigint();

/** When the handler began with each message. @throws Error for a message that it handled twice */
const startsIn = ({ directory }: StartedGateway): ReadonlyMap<string, bigint> => {
  const file = join(directory, 'starts');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  const starts = new Map(
    lines.map((line) => {
      const [sid = '', at = ''] = line.split(' ');
      return [sid, BigInt(at)] as const;
    }),
  );
  if (starts.size !== lines.length) throw new Error('A handler ran twice for a message.');
  return starts;
};

const waitUntilHandled = async (gateway: StartedGateway, messages: readonly Message[]) => {
  // Longer than the visibility timeout, after which a try that failed in the middle is repeated.
  const until = performance.now() + 400_000;
  while (performance.now() < until) {
    await sleep(50);
    const starts = startsIn(gateway);
    if (messages.every(({ sid }) => starts.has(sid))) return starts;
  }
  throw new Error('The handler did not get every message.');
};

/** Milliseconds from the end of each answer to the handler's first line, while little else runs. */
const delays = async (gateway: StartedGateway, count: number): Promise<readonly number[]> => {
  const messages = messagesOf(gateway, count, count);
  const answeredAt: bigint[] = [];
  for (const { request } of messages) {
    const onAnswer = (): void => {
      answeredAt.push(clock());
    };
    await drive({
      port: portOf(gateway),
      requests: [request],
      count: 1,
      connections: 1,
      expectedStatus: 200,
      onAnswer,
    });
    await sleep(25);
  }
  const starts = await waitUntilHandled(gateway, messages);
  return messages.map(({ sid }, at) => ms((starts.get(sid) ?? 0n) - (answeredAt[at] ?? 0n)));
};

interface Rates {
  readonly handled: number;
  readonly stored: number;
}

/** Messages a second, from the first request until the last is stored, and until its handler has begun. */
const burst = async (gateway: StartedGateway, count: number): Promise<Rates> => {
  const messages = messagesOf(gateway, count, count / 10);
  const since = clock();
  await drive({
    port: portOf(gateway),
    requests: messages.map(({ request }) => request),
    count,
    connections: 32,
    expectedStatus: 200,
  });
  await waitUntilEmpty(gateway.state);
  const storedMs = ms(clock() - since);
  const starts = await waitUntilHandled(gateway, messages);
  const last = messages.reduce((latest, { sid }) => {
    const at = starts.get(sid) ?? 0n;
    return at > latest ? at : latest;
  }, since);
  return { handled: (count * 1000) / ms(last - since), stored: (count * 1000) / storedMs };
};

/** From the webhook to the handler's first line, in the local gateway; each message is handled once. */
export const handlers: Row = async ({ scratch, quick }) => {
  const start = (ordering: string) => startGateway(scratch, ['bench/programs/handler-gateway.ts', ordering]);
  const gateways = { conversation: await start('conversation'), none: await start('none') };
  try {
    const size = quick ? 100 : 2_000;
    const rates: Record<keyof typeof gateways, Rates[]> = { conversation: [], none: [] };
    const measure = (ordering: keyof typeof gateways) => async () => {
      const rate = await burst(gateways[ordering], size);
      rates[ordering].push(rate);
      return rate.handled;
    };
    // The first burst compiles code and starts environments.
    for (const gateway of Object.values(gateways)) await burst(gateway, quick ? 100 : 500);
    const handled = await interleave({ conversation: measure('conversation'), none: measure('none') }, quick ? 1 : 5);
    const stored = rates.conversation.map((rate) => rate.stored);
    const afterAnswer = await delays(gateways.conversation, quick ? 20 : 1_000);
    const note = `${afterAnswer.length} webhooks, one every 25 ms or slower`;
    return [
      figure('handlers', 'webhook answered until handler started, p50', quantile(afterAnswer, 0.5), 'ms', { note }),
      figure('handlers', 'webhook answered until handler started, p99', quantile(afterAnswer, 0.99), 'ms', {
        goal: atMost(1_000),
        note,
      }),
      figure('handlers', 'messages a second, until handled', sample(handled.conversation), '/s', {
        note: `${size} of ${size / 10} conversations, each handled once`,
      }),
      figure('handlers', 'handled, relative to stored in the same burst', ratios(handled.conversation, stored), '×', {
        note: `stored ${sample(stored).median.toFixed(0)}/s`,
      }),
      figure(
        'handlers',
        "by conversation, relative to ordering: 'none'",
        ratios(handled.conversation, handled.none),
        '×',
        {
          note: `without order ${sample(handled.none).median.toFixed(0)}/s`,
        },
      ),
    ];
  } finally {
    await Promise.all(Object.values(gateways).map((gateway) => gateway.stop()));
  }
};
