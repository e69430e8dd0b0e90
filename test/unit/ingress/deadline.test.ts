import { createTestIngress, webhookEvent } from './fakes';

afterEach(() => jest.useRealTimers());

test.each([
  ['an accepted webhook', webhookEvent(), 200],
  ['a rejected webhook', webhookEvent({ token: 'another token' }), 403],
])('the timer of the deadline ends with the answer to %s', async (_what, event, expected) => {
  jest.useFakeTimers();
  let running = 0;
  const gateway = createTestIngress(undefined, {
    onTheWay: () => {
      running = jest.getTimerCount();
      return Promise.resolve();
    },
  });
  const { statusCode } = await gateway.ingress(event);
  expect(statusCode).toBe(expected);
  expect(running).toBeGreaterThan(0);
  expect(jest.getTimerCount()).toBe(0);
});
