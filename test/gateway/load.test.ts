import { messageSids } from '../helpers/gateway-effects';
import { testAccount } from '../helpers/test-account';
import { startTestGateway } from '../helpers/test-gateway';
import { postMany } from './many-posts';

test('5,000 webhooks over 32 connections are all accepted, and each is stored exactly once', async () => {
  const gateway = await startTestGateway();
  try {
    const posted = await postMany(gateway.webhooks.messages, {
      count: 5000,
      connections: 32,
      account: testAccount,
    });
    expect(posted.filter(({ status }) => status !== 200)).toEqual([]);
    await gateway.settled(60_000);
    const stored = messageSids(await gateway.items());
    expect(stored.sort()).toEqual(posted.map(({ messageSid }) => messageSid).sort());
    expect(await gateway.queued(gateway.gateway.state.queues.deadLetters)).toBe(0);
  } finally {
    await gateway.close();
  }
}, 240_000);
