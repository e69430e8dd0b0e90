import { createRejectionLogSampling } from '../../../lambda/ingress/rejection-log-sampling';
import { createTestIngress, sms, webhookEvent } from './fakes';

test('a flood of refusals is logged in full for ten of each second, then one in a hundred', () => {
  let now = 1_000_000;
  const isLogged = createRejectionLogSampling(() => now);
  const loggedOf = (refusals: number) => Array.from({ length: refusals }, isLogged).filter(Boolean).length;
  expect(loggedOf(10)).toBe(10);
  expect(loggedOf(1_990)).toBe(20);
  now += 1_000;
  expect(loggedOf(10)).toBe(10);
  expect(loggedOf(1)).toBe(0);
});

test('ingress counts every refusal of a flood, logs a sample of them, and logs every fault', async () => {
  const { ingress, lines, counts } = createTestIngress();
  for (let sent = 0; sent < 200; sent += 1) {
    expect((await ingress(webhookEvent({ fields: sms, token: 'another' }))).statusCode).toBe(403);
  }
  expect(counts.SignatureRejected).toBe(200);
  // Ten, the hundredth and the two hundredth.
  expect(lines).toHaveLength(12);
  expect((await ingress(webhookEvent({ fields: sms }))).statusCode).toBe(200);
  expect(lines).toHaveLength(13);

  const failing = createTestIngress(undefined, { publish: () => Promise.resolve({ kind: 'failed' }) });
  for (let sent = 0; sent < 50; sent += 1) {
    expect((await failing.ingress(webhookEvent({ fields: sms }))).statusCode).toBe(503);
  }
  expect(failing.lines).toHaveLength(50);
});
