import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { setTimeout as sleep } from 'node:timers/promises';
import { testAccount } from '../../helpers/test-account';
import { postForm, smsForm } from '../../helpers/webhooks';
import type { Check } from '../run-checks';
import { assert, each, messagePk, outages, sidOf, withGateway } from './experiment-gateway';

/** The bound of the reliability goals; Twilio waits 15 s. */
const maxAnswerMs = 6_000;

const sqsOutage: Check = {
  title:
    '1. SQS throttled, unavailable, hanging, resetting, denying: no 2xx without a queued message, an answer in 6 s',
  run: () =>
    withGateway({}, async ({ sms, smsOnce, proxies, endFaults, settledRows }) => {
      for (const [name, fault] of Object.entries(outages)) {
        proxies.sqs.decide(() => fault);
        const { status, ms, sid } = await smsOnce();
        assert.equal(status, name === 'denying' ? 500 : 503, name);
        assert.ok(ms < maxAnswerMs, `${name}: ${ms} ms`);
        endFaults();
        assert.deepEqual(await settledRows(sid), [], name);
        assert.equal((await sms({ MessageSid: sid })).status, 200);
        assert.equal((await settledRows(sid)).length, 1, name);
      }
    }),
};

const sqsAmbiguous: Check = {
  title: '2. SQS has the message but its answer is lost, once or always: stored once',
  run: () =>
    withGateway({}, async ({ sms, smsOnce, proxies, endFaults, settledRows }) => {
      proxies.sqs.decide(({ earlier }) => ({ kind: earlier === 0 ? 'drop-answer' : 'pass' }));
      const once = await smsOnce();
      assert.equal(once.status, 200);
      assert.equal(proxies.sqs.done('SendMessage'), 2);
      assert.equal((await settledRows(once.sid)).length, 1);
      proxies.sqs.decide(() => ({ kind: 'drop-answer' }));
      const always = await smsOnce();
      assert.equal(always.status, 503);
      endFaults();
      assert.equal((await sms({ MessageSid: always.sid })).status, 200);
      assert.equal((await settledRows(always.sid)).length, 1);
    }),
};

const secretsOutage: Check = {
  title: '3. Secrets Manager failing: 503 cold, 200 warm, 500 if the operator must fix it, nothing leaked',
  run: async () => {
    for (const [name, fault] of Object.entries(outages)) {
      await withGateway({}, async ({ sms, smsOnce, proxies, endFaults, gateway }) => {
        proxies.secretsmanager.decide(() => fault);
        const cold = await smsOnce();
        assert.equal(cold.status, name === 'denying' ? 500 : 503, `cold, ${name}`);
        assert.ok(cold.ms < maxAnswerMs);
        assert.equal(await gateway.queued(gateway.gateway.state.queues.events), 0);
        endFaults();
        assert.equal((await sms()).status, 200);
        proxies.secretsmanager.decide(() => fault);
        assert.equal((await sms()).status, 200, `warm, ${name}`);
        assert.ok(!gateway.logText().includes(testAccount.authToken));
      });
    }
    for (const SecretString of ['not JSON', '{"accountSid":"CHANGE_ME","authToken":"x"}', '{"authToken":1}']) {
      await withGateway({}, async ({ sms, gateway }) => {
        const SecretId = gateway.gateway.state.secretIds[0];
        await gateway.secretsManager.send(new PutSecretValueCommand({ SecretId, SecretString }));
        assert.equal((await sms()).status, 500, SecretString);
        assert.ok(!gateway.logText().includes(testAccount.authToken));
      });
    }
  },
};

/** Half of them the way a person rotates, at once; half as AWS does, pending first. */
const rotations = 4;
const rotateEveryMs = 5_000;

const rotationUnderLoad: Check = {
  title: '4. A rotation every 5 s under load: no genuine webhook is rejected',
  run: () =>
    // The template's own TTL: polling for new versions must help here, not a short TTL.
    withGateway({ functionEnvironment: { SECRET_TTL_SECONDS: '300' } }, async (gateway) => {
      let token: string = testAccount.authToken;
      let over = false;
      const statuses = new Map<number, number>();
      const sids = new Set<string>();
      const traffic = each(Array.from({ length: 8 }), 8, async () => {
        while (!over) {
          const form = smsForm();
          const { status } = await postForm(gateway.gateway.webhooks.messages, form, { authToken: token });
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
          if (status === 200) sids.add(sidOf(form));
          await sleep(150);
        }
      });
      for (let at = 0; at < rotations; at += 1) {
        await sleep(rotateEveryMs / 2);
        const next = String(at + 3).repeat(32);
        if (at % 2 === 0) {
          await gateway.putToken(next, ['AWSCURRENT']);
          token = next;
        } else {
          await gateway.putToken(next, ['AWSPENDING']);
          token = next;
          await sleep(rotateEveryMs / 2);
          await gateway.promotePending();
        }
        await sleep(rotateEveryMs / 2);
      }
      over = true;
      await traffic;
      // Twilio retries a 503, which a starved machine may answer; it does not retry a rejection.
      assert.deepEqual(
        [...statuses.keys()].filter((code) => code !== 200 && code !== 503),
        [],
        JSON.stringify([...statuses]),
      );
      assert.ok(sids.size > 50);
      await gateway.gateway.settled(60_000);
      const stored = new Set((await gateway.rows()).map(({ pk }) => pk));
      assert.deepEqual(
        [...sids].filter((sid) => !stored.has(messagePk(sid))),
        [],
      );
    }),
};

export const ingressExperiments: readonly Check[] = [sqsOutage, sqsAmbiguous, secretsOutage, rotationUnderLoad];
