import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assetCode } from '../../../local/resources/function-code';
import type { Assembly } from '../../../local/gateway';
import { messageSids } from '../../helpers/gateway-effects';
import { stageAssembly } from '../../helpers/stage-assembly';
import { startTestGateway, type TestGateway } from '../../helpers/test-gateway';
import { newMessageSid, postForm, smsForm, type Form } from '../../helpers/webhooks';
import type { Check } from '../run-checks';
import { assert, each, eventually } from './experiment-gateway';

const messages = 200;
const forged = 50;

/** Replaces the bundle of ingress by one that throws when it is loaded. */
const breakIngress = ({ directory, template }: Assembly): void => {
  const ingress = [...assetCode(directory, template)].filter(([logicalId]) => logicalId.startsWith('Ingress'));
  for (const [, code] of ingress) {
    for (const file of readdirSync(code.directory)) {
      writeFileSync(join(code.directory, file), "throw new Error('injected: a bad bundle');\n");
    }
  }
};

/** As Twilio delivers an incoming message: after a 5xx once more to the fallback URL, with two more parameters. */
const deliver = async (gateway: TestGateway, fallbackUrl: string, form: Form): Promise<readonly number[]> => {
  const first = await postForm(gateway.webhooks.messages, form);
  const addition = { ErrorCode: '11200', ErrorUrl: gateway.webhooks.messages };
  const second = await postForm(fallbackUrl, { ...form, ...addition });
  return [first.status, second.status];
};

const badBundle: Check = {
  title: '16. Ingress is a bundle that throws: every message arrives by the lane, once; forged requests leave no row',
  run: async () => {
    const { assembly, remove } = stageAssembly({ fallbackLane: true });
    breakIngress(assembly);
    const gateway = await startTestGateway({ assemble: () => assembly });
    try {
      const { fallback } = gateway.gateway.state;
      assert.ok(fallback);
      const sids = Array.from({ length: messages }, () => newMessageSid());
      const forgeries = Array.from({ length: forged }, () => smsForm({ ErrorCode: '11200' }));
      await Promise.all([
        each(sids, 8, async (MessageSid) => {
          assert.deepEqual(await deliver(gateway, fallback.url, smsForm({ MessageSid })), [500, 204]);
        }),
        each(forgeries, 2, async (form) => {
          const { status } = await postForm(fallback.url, form, { authToken: 'f'.repeat(32) });
          assert.equal(status, 204);
        }),
      ]);
      await eventually(async () => assert.equal(await gateway.queued(fallback.queueUrl), 0), 60_000);
      await gateway.settled(60_000);
      const stored = (await gateway.items()).filter(({ sk }) => sk?.S === 'MESSAGE');
      assert.deepEqual(messageSids(stored).sort(), [...sids].sort());
      assert.ok(stored.every(({ via }) => via?.S === 'fallback'));
      const rejected = gateway.logs().filter(({ reason }) => reason === 'fallback_rejected');
      assert.equal(rejected.length, forged);
      assert.equal(await gateway.queued(fallback.deadLetterQueueUrl), 0);
    } finally {
      await gateway.close();
      remove();
    }
  },
};

export const fallbackLaneExperiments: readonly Check[] = [badBundle];
