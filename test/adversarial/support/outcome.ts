import { STATUS_CODES } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { UnrecognizedReason } from '../../../lambda/shared/payload/reading';
import { statusesOf, type AdversarialCase } from './cases';
import type { Edge } from './test-gateway';
import type { Item } from './effects';
import type { LogLine } from './edge-log';
import type { EdgeRequest, Exchange } from './sender';

/** An answer that differs from the first one that a case names, or a fact that the case leaves open. */
export interface Deviation {
  readonly status?: number;
  readonly reason?: string;
  readonly level?: 'info' | 'warn' | 'error';
  /** Why that is right here. */
  readonly because: string;
}

/** A deviation: the request is accepted. */
export const acceptedBecause = (because: string, status = 200): Deviation => ({
  status,
  reason: 'accepted',
  level: 'info',
  because,
});

/** A deviation: the request is rejected for its signature. */
export const mismatchBecause = (because: string): Deviation => ({
  status: 403,
  reason: 'signature_mismatch',
  level: 'warn',
  because,
});

/** Above this rate ingress logs only a sample of its rejections, but every case needs its line. */
const maxRejectionsPerSecond = 8;
let second = 0;
let rejections = 0;

const paceRejections = async (): Promise<void> => {
  const now = Date.now();
  const current = Math.floor(now / 1000);
  rejections = current === second ? rejections + 1 : 1;
  second = current;
  if (rejections >= maxRejectionsPerSecond) await sleep((current + 1) * 1000 - now);
};

const emptyTwiml = /^<\?xml version="1\.0" encoding="UTF-8"\?><Response\s*\/>$/;

/**
 * Compares an answer and its one log line with a case of the fixture: status, body, headers, reason, level. An accepted
 * request gets its route's answer; a rejected one the same text for every cause of its status.
 */
export const expectAnswer = async (
  edge: Edge,
  adversarialCase: AdversarialCase,
  exchange: Exchange,
  deviation?: Deviation,
): Promise<LogLine> => {
  const { log, headers = {} } = adversarialCase.expect;
  const expected = typeof log === 'object' ? log : {};
  expect(deviation?.status === undefined ? statusesOf(adversarialCase) : [deviation.status]).toContain(exchange.status);
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
    await paceRejections();
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

/** Checks the answer and its effects: one message, row and marker if accepted, nothing if rejected. */
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

/** Sends a request over HTTP, and checks the answer and its effects. */
export const expectSent = async (
  edge: Edge,
  adversarialCase: AdversarialCase,
  request?: EdgeRequest,
  deviation?: Deviation,
): Promise<Item | undefined> => expectOutcome(edge, adversarialCase, await edge.send(request), deviation);

/** Accepted, and stored unchanged as an unrecognized event. */
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

/** Accepted, but counted as another reading of a stored text, and not stored. */
export const expectOtherReading = async (
  edge: Edge,
  adversarialCase: AdversarialCase,
  exchange: Exchange,
): Promise<void> => {
  const { messageId } = await expectAnswer(edge, adversarialCase, exchange);
  await edge.expectEffects({ queued: 1, stored: 0, markers: 0 });
  expect(await edge.log.consumerLines(String(messageId))).toMatchObject([{ level: 'ERROR', reason: 'other_reading' }]);
  expect(await edge.log.counted('OtherReading', 1)).toBeGreaterThan(0);
};

/** API Gateway itself answered: its own JSON, its access log, and no function was called. */
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
