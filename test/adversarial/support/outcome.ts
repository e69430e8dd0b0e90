import { STATUS_CODES } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { UnrecognizedReason } from '../../../lambda/shared/payload/reading';
import { statusesOf, type AdversarialCase } from './cases';
import type { Edge } from './test-gateway';
import type { Item } from './effects';
import type { LogLine } from './edge-log';
import type { Exchange } from './sender';

/** Where our answer is not the first that a case names, or says more than it. */
export interface Deviation {
  readonly status?: number;
  readonly reason?: string;
  readonly level?: 'info' | 'warn' | 'error';
  /** Why that is right here. */
  readonly because: string;
}

/** Of more refusals in a second ingress logs a sample, and no line of the next one could be held against its case. */
const maxRefusalsPerSecond = 8;
let second = 0;
let refusals = 0;

const paceRefusals = async (): Promise<void> => {
  const now = Date.now();
  const current = Math.floor(now / 1000);
  refusals = current === second ? refusals + 1 : 1;
  second = current;
  if (refusals >= maxRefusalsPerSecond) await sleep((current + 1) * 1000 - now);
};

const emptyTwiml = /^<\?xml version="1\.0" encoding="UTF-8"\?><Response\s*\/>$/;

/**
 * Holds an answer and its one log line against a case of the fixture: status, body, headers, reason, level. Accepted ones have
 * the answer of their route; refused ones the same constant for every cause of a status.
 */
export const expectAnswer = async (
  edge: Edge,
  adversarialCase: AdversarialCase,
  exchange: Exchange,
  deviation?: Deviation,
): Promise<LogLine> => {
  const { log, headers = {} } = adversarialCase.expect;
  const expected = typeof log === 'object' ? log : {};
  expect(deviation?.status === undefined ? statusesOf(adversarialCase) : [deviation.status]).toContain(
    exchange.status,
  );
  const line = await edge.log.ingressLine(exchange.requestId);
  expect(line).toMatchObject({
    status: exchange.status,
    route: exchange.route,
    reason: deviation?.reason ?? expected.reason ?? 'accepted',
    level: (deviation?.level ?? expected.level ?? 'info').toUpperCase(),
  });
  expect(exchange.headers['cache-control']).toBe('no-store');
  for (const [name, value] of Object.entries(headers)) expect(exchange.headers[name]).toBe(value);
  if (exchange.status >= 400) {
    await paceRefusals();
    expect(exchange.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(exchange.body).toBe(STATUS_CODES[exchange.status]);
  } else if (exchange.route === 'messages') {
    expect(exchange.headers['content-type']).toBe('text/xml');
    expect(exchange.body).toMatch(emptyTwiml);
  } else {
    expect(exchange.body).toBe('');
  }
  return line;
};

/** The answer, and that it changed what it should: one message, row and marker if accepted, nothing at all if not. */
export const expectOutcome = async (
  edge: Edge,
  adversarialCase: AdversarialCase,
  exchange: Exchange,
  deviation?: Deviation,
): Promise<Item | undefined> => {
  await expectAnswer(edge, adversarialCase, exchange, deviation);
  const count = exchange.status < 300 ? 1 : 0;
  const [item] = await edge.expectEffects({ queued: count, stored: count, markers: count });
  return item;
};

/** Accepted, and kept as it came for people, because it could not be read. */
export const expectUnrecognized = async (
  edge: Edge,
  adversarialCase: AdversarialCase,
  exchange: Exchange,
  reason: UnrecognizedReason,
  deviation?: Deviation,
): Promise<Item> => {
  const item = (await expectOutcome(edge, adversarialCase, exchange, deviation)) ?? {};
  expect(item).toMatchObject({ kind: { S: 'unrecognized' }, reason: { S: reason } });
  expect(await edge.log.ingressLine(exchange.requestId)).toMatchObject({ detail: `unrecognized: ${reason}` });
  return item;
};

/** Accepted, recognised as another reading of a text that was read before, counted, and not stored. */
export const expectOtherReading = async (
  edge: Edge,
  adversarialCase: AdversarialCase,
  exchange: Exchange,
): Promise<void> => {
  const { messageId } = await expectAnswer(edge, adversarialCase, exchange);
  await edge.expectEffects({ queued: 1, stored: 0, markers: 0 });
  expect(await edge.log.consumerLines(String(messageId))).toMatchObject([
    { level: 'ERROR', reason: 'other_reading' },
  ]);
  expect(await edge.log.counted('OtherReading', 1)).toBeGreaterThan(0);
};

/** The front door answered by itself: its own JSON, its access log, and no function was called. */
export const expectGatewayAnswer = async (
  edge: Edge,
  adversarialCase: AdversarialCase,
  exchange: Exchange,
): Promise<void> => {
  expect(statusesOf(adversarialCase)).toContain(exchange.status);
  expect(JSON.parse(exchange.body)).toEqual({ message: expect.any(String) });
  expect(await edge.log.accessLine(exchange.requestId)).toMatchObject({ status: String(exchange.status) });
  expect(edge.log.lines().filter((line) => line['service'] !== undefined)).toEqual([]);
  await edge.expectEffects({ queued: 0, stored: 0 });
};
