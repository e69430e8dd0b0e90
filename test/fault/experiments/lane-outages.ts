import type { Assembly } from '../../../local/gateway';
import type { Fault } from '../../helpers/fault-proxy';
import { messageSids } from '../../helpers/gateway-effects';
import { startProxiedGateway, type ProxiedService } from '../../helpers/proxied-gateway';
import { stageAssembly, type StageAssembly } from '../../helpers/stage-assembly';
import { withProperties } from '../../helpers/stack-facts';
import { testAccount } from '../../helpers/test-account';
import { newMessageSid, postForm, smsForm, type RawResponse } from '../../helpers/webhooks';
import type { Violation } from '../checker/check-history';
import type { Check } from '../run-checks';
import { assert, eventually, outages } from './experiment-gateway';

/** Less than a batch. */
const messages = 8;
/** A request is received five times before it is a dead letter: longer than an outage of this experiment. */
const visibilitySeconds = 3;

const outage = (name: string): Fault => outages[name] ?? { kind: 'reset' };

/** What the lane's consumer needs, and how it fails. The first reads of a secret fail, because later ones need none. */
const cases: readonly { readonly service: ProxiedService; readonly fault: Fault; readonly name: string }[] = [
  { service: 'secretsmanager', fault: outage('unavailable'), name: 'a secret is unavailable' },
  { service: 'sqs', fault: outage('unavailable'), name: 'SQS is unavailable' },
  { service: 'sqs', fault: outage('denying'), name: 'SQS denies' },
];

/**
 * Sends genuine and forged requests through the lane while its consumer cannot work.
 * @returns what is stored in the end that should not be, or is not and should be
 */
export const runLaneOutages = async (assembly: Assembly): Promise<readonly Violation[]> => {
  const proxied = await startProxiedGateway({
    assembly: withProperties(assembly, 'AWS::SQS::Queue', /^FallbackLaneQueuesQueue/, {
      VisibilityTimeout: visibilitySeconds,
    }),
    account: testAccount,
  });
  const { gateway, proxies } = proxied;
  try {
    const { fallback } = gateway.gateway.state;
    assert.ok(fallback);
    const stored = async (): Promise<readonly string[]> =>
      messageSids((await gateway.items()).filter(({ sk }) => sk?.S === 'MESSAGE')).toSorted();
    const violations: Violation[] = [];
    const all: string[] = [];
    for (const { service, fault, name } of cases) {
      const before = await stored();
      gateway.clearLogs();
      proxies[service].decide(() => fault);
      const sids = Array.from({ length: messages }, () => newMessageSid());
      const send = (MessageSid: string, authToken: string = testAccount.authToken): Promise<RawResponse> =>
        postForm(fallback.url, smsForm({ MessageSid, ErrorCode: '11200' }), { authToken });
      const answers = await Promise.all([...sids.map((sid) => send(sid)), send(newMessageSid(), 'f'.repeat(32))]);
      assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([204]), name);
      const failed = () => gateway.logs().filter(({ reason }) => reason === 'fallback_failed');
      await eventually(async () => {
        assert.ok(failed().length >= messages, name);
        return Promise.resolve();
      });
      assert.deepEqual(await stored(), before, name);

      proxies[service].reset();
      await eventually(async () => assert.equal(await gateway.queued(fallback.queueUrl), 0, name), 60_000);
      await gateway.settled(60_000);
      all.push(...sids);
      const after = await stored();
      for (const sid of all.filter((one) => !after.includes(one))) {
        violations.push({ invariant: 'acknowledged webhooks are stored', found: `${name}: ${sid} is not stored` });
      }
      for (const sid of after.filter((one) => !all.includes(one))) {
        violations.push({ invariant: 'forged requests leave no row', found: `${name}: ${sid} is stored` });
      }
      if (violations.length > 0) return violations;
      assert.equal(gateway.logs().filter(({ reason }) => reason === 'fallback_rejected').length, 1, name);
      assert.equal(await gateway.queued(fallback.deadLetterQueueUrl), 0, name);
    }
    return [];
  } finally {
    await proxied.close();
  }
};

/** A stage with the lane. */
export const laneAssembly = (): StageAssembly => stageAssembly({ fallbackLane: true });

const laneOutages: Check = {
  title:
    "17. The lane's consumer cannot read a secret, or SQS fails: every message waits in the lane, and is stored once",
  run: async () => {
    const { assembly, remove } = laneAssembly();
    try {
      assert.deepEqual(await runLaneOutages(assembly), []);
    } finally {
      remove();
    }
  },
};

export const laneOutageExperiments: readonly Check[] = [laneOutages];
