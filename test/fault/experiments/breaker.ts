import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { developmentAccount } from '../../../local/accounts';
import { breakerOf, putBreakerSecret } from '../../helpers/breaker-fixture';
import { startStageGateway } from '../../helpers/stage-assembly';
import { testAccount } from '../../helpers/test-account';
import { postForm, usageForm } from '../../helpers/webhooks';
import type { Check } from '../run-checks';
import { assert, eventually } from './experiment-gateway';

type Fault = number | 'hang' | 'drop-answer';
const operations = ['status', 'usage', 'suspension', 'calls'] as const;
type Operation = (typeof operations)[number];

/** The part of Twilio's REST API that the breaker uses: one subaccount that spends and has no live calls. */
const startTwilio = async () => {
  const state = {
    suspended: [] as string[],
    asked: 0,
    plan: undefined as { readonly fault: Fault; readonly at: Operation; readonly lasting: boolean } | undefined,
  };
  const server = createServer((incoming, outgoing) => {
    const { method = '', url = '' } = incoming;
    const operation: Operation = url.includes('/Usage/')
      ? 'usage'
      : url.includes('/Calls')
        ? 'calls'
        : method === 'POST'
          ? 'suspension'
          : 'status';
    const isFaulty = state.plan?.at === operation && (state.plan.lasting || state.asked === 0);
    if (state.plan?.at === operation) state.asked += 1;
    const fault = isFaulty ? state.plan?.fault : undefined;
    incoming.resume().on('end', () => {
      if (fault === 'hang') return;
      if (typeof fault === 'number') {
        outgoing.writeHead(fault, { 'content-type': 'application/json' });
        outgoing.end(JSON.stringify({ code: 20_000 + fault, status: fault, message: 'injected' }));
        return;
      }
      if (operation === 'suspension') state.suspended.push(/AC[0-9a-f]{32}(?=\.json)/.exec(url)?.[0] ?? '');
      if (fault === 'drop-answer') {
        incoming.socket.resetAndDestroy();
        return;
      }
      outgoing.writeHead(200, { 'content-type': 'application/json' });
      outgoing.end(JSON.stringify(answers[operation](state.suspended.length > 0)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    // A server on a port has an AddressInfo.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    state,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const account = (isSuspended: boolean) => ({ status: isSuspended ? 'suspended' : 'active' });
const answers: Readonly<Record<Operation, (isSuspended: boolean) => object>> = {
  status: account,
  suspension: account,
  usage: () => ({ usage_records: [{ category: 'totalprice', price: 60, usage: '60', count: '60' }] }),
  calls: () => ({ calls: [] }),
};

interface Case {
  readonly fault: Fault;
  readonly at: Operation;
  readonly lasting: boolean;
}

const cases: readonly Case[] = [
  ...([500, 503, 429, 401, 'drop-answer'] as const).flatMap((fault) =>
    operations.map((at) => ({ fault, at, lasting: false })),
  ),
  // Each of these takes the breaker's whole timeout.
  { fault: 'hang', at: 'status', lasting: false },
  { fault: 'hang', at: 'suspension', lasting: false },
  { fault: 401, at: 'status', lasting: true },
  { fault: 500, at: 'suspension', lasting: true },
];

const twilioFaults = async (): Promise<void> => {
  const support = developmentAccount();
  const twilio = await startTwilio();
  const gateway = await startStageGateway(
    {
      accounts: ['main', 'support'],
      breaker: {
        dryRun: false,
        triggers: [{ target: 'support', category: 'totalprice', recurring: 'daily', by: 'price' }],
      },
    },
    { functionEnvironment: { TWILIO_API_BASE_URL: twilio.url, RETRY_DELAY_SECONDS: '0' } },
  );
  try {
    await gateway.secretsManager.send(
      new PutSecretValueCommand({
        SecretId: gateway.gateway.state.secretIds[1],
        SecretString: JSON.stringify(support),
      }),
    );
    await putBreakerSecret(
      gateway,
      { sid: testAccount.accountSid, authToken: testAccount.authToken },
      support.accountSid,
    );
    const { queueUrl } = breakerOf(gateway);
    for (const { fault, at, lasting } of cases) {
      const name = `${fault} at the ${at}${lasting ? ', always' : ', once'}`;
      Object.assign(twilio.state, { suspended: [], asked: 0, plan: { fault, at, lasting } });
      const noticesBefore = gateway.notices.length;
      const triggerSid = `UT${randomBytes(16).toString('hex')}`;
      const form = usageForm({
        AccountSid: support.accountSid,
        DateFired: new Date().toUTCString().replace('GMT', '+0000'),
        IdempotencyToken: `${support.accountSid}-FIRES-${triggerSid}`,
        UsageTriggerSid: triggerSid,
      });
      // A second delivery, as Twilio makes when in doubt: already decided, or the breaker tries again.
      for (let delivery = 0; delivery < 2; delivery += 1) {
        const { status } = await postForm(gateway.webhooks.usage, form, { authToken: support.authToken });
        assert.equal(status, 204, name);
        await eventually(async () => assert.equal(await gateway.queued(queueUrl), 0, name), 60_000);
      }
      assert.ok(twilio.state.asked > 0, `${name}: Twilio was not asked`);
      assert.ok(
        twilio.state.suspended.every((sid) => sid === support.accountSid),
        name,
      );
      // Only a suspension whose answer was lost may be requested twice.
      assert.ok(twilio.state.suspended.length <= (fault === 'drop-answer' ? 2 : 1), name);
      if (!lasting) {
        assert.ok(twilio.state.suspended.length >= 1, `${name}: not suspended`);
        assert.ok(gateway.notices.length > noticesBefore, `${name}: no notification`);
      } else {
        assert.equal(twilio.state.suspended.length, 0, name);
      }
    }
    // Lasting faults end in the dead-letter queue, whose alarm goes to the operator.
    const waiting = await gateway.queued(breakerOf(gateway).deadLetterQueueUrl);
    assert.equal(waiting, 2 * cases.filter(({ lasting }) => lasting).length);
  } finally {
    await gateway.close();
    await twilio.close();
  }
};

export const breakerExperiments: readonly Check[] = [
  {
    title:
      '15. Twilio answers the breaker 5xx, 429, 401, nothing, or loses the answer: at most one suspension, and a notice',
    run: twilioFaults,
  },
];
