import { createNetwork } from '../../../local/http-api/network';
import { swallowedLines } from '../../../local/output/gateway-lines';
import type { SentWebhook } from '../../../local/twilio/lists/sent-webhooks';

const webhook = (body: string, target = '/dev/messages'): SentWebhook => ({
  ...{ at: 1, method: 'POST', target, host: 'localhost', signature: 'c2ln', body: Buffer.from(body) },
});
const many = Array.from({ length: 4_000 }, (_, at) => webhook(`MessageSid=SM${at}`));

test('the network loses about the share of webhooks, and tells of all', () => {
  const onSent = jest.fn();
  const network = createNetwork({ onSent, swallow: 0.05 });
  const lost = many.filter(network.loses);
  expect(lost.length).toBeGreaterThan(140);
  expect(lost.length).toBeLessThan(260);
  expect(onSent).toHaveBeenCalledTimes(4_000);
  expect(network.swallowed()).toEqual({ webhooks: lost.length, requests: lost.length });
});

test('a retry of a webhook that was lost is lost, and the others arrive', () => {
  const network = createNetwork({ onSent: undefined, swallow: 0.05 });
  const first = many.map(network.loses);
  // A retry has other headers and comes later.
  const second = many.map((one) => network.loses({ ...one, at: 2, host: 'elsewhere' }));
  expect(second).toEqual(first);
  const webhooks = first.filter((isLost) => isLost).length;
  expect(network.swallowed()).toEqual({ webhooks, requests: 2 * webhooks });
  expect(swallowedLines(network)).toEqual([
    `swallowed ${webhooks} webhooks (${2 * webhooks} requests with the retries)`,
  ]);
});

test.each([
  [1, '/dev/messages', true],
  [1, '/dev/status?a=b/c', true],
  [1, '/events', true],
  [1, '/dev/fallback', false],
  [1, '/dev/own-route', false],
  [0, '/dev/messages', false],
  [undefined, '/dev/messages', false],
])('a share of %p of %s', (swallow, target, isLost) => {
  const network = createNetwork({ onSent: undefined, swallow });
  expect(network.loses(webhook('a', target))).toBe(isLost);
});

test('the end says nothing without --swallow, and counts one correctly', () => {
  expect(swallowedLines(createNetwork({ onSent: undefined, swallow: undefined }))).toEqual([]);
  const network = createNetwork({ onSent: undefined, swallow: 1 });
  network.loses(webhook('a'));
  expect(swallowedLines(network)).toEqual(['swallowed 1 webhook (1 request with the retries)']);
});
