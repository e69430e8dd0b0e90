import { createAwsBackend } from '../../cli/clients/aws-backend';
import { countedAccount } from '../../cli/account/run-account';
import { localTarget } from '../../cli/target/local-target';
import { startTestGateway, type TestGateway } from '../helpers/test-gateway';
import { testAccount } from '../helpers/test-account';
import { postForm, smsForm } from '../helpers/webhooks';
import { postMany } from './many-posts';

// The account of a running gateway has the numbers that its senders have.

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ swallow: 0.2 });
});
afterAll(() => gateway.close());

test('what was sent, swallowed, refused, repeated and stored', async () => {
  const posted = await postMany(gateway.webhooks.messages, { count: 60, connections: 4, account: testAccount });
  const accepted = posted.filter(({ status }) => status === 200).length;
  expect(accepted).toBeLessThan(60);
  const once = smsForm();
  const answers = [await postForm(gateway.webhooks.messages, once), await postForm(gateway.webhooks.messages, once)];
  const repeated = answers[0]?.status === 503 ? 0 : 1;
  const { status } = await fetch(gateway.webhooks.messages, { method: 'POST', body: new URLSearchParams({ a: 'b' }) });
  expect(status).toBe(403);

  const { signal } = new AbortController();
  const target = await localTarget({
    localState: () => Promise.resolve(JSON.stringify(gateway.gateway.state)),
    isAlive: () => true,
  });
  const { account } = await countedAccount(createAwsBackend(target, signal), [testAccount.accountSid], {
    now: () => new Date(),
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    signal,
  });
  expect(account).toEqual({
    received: accepted + 2 * repeated + 1,
    refused: { SignatureRejected: 1 },
    accepted: accepted + 2 * repeated,
    stored: accepted + repeated,
    duplicates: repeated,
    unrecognized: 0,
    published: 0,
    handled: 0,
    dead: 0,
    backfilled: 0,
    missing: null,
    agrees: true,
  });
}, 60_000);
