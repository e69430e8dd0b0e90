import { setTimeout as sleep } from 'node:timers/promises';
import { newMessageSid } from '../../helpers/webhooks';
import { isAbove } from '../history/statuses';
import type { Check } from '../run-checks';
import { assert, each, eventually, messagePk, outages, withGateway } from './experiment-gateway';

const tableOutage: Check = {
  title:
    '5. DynamoDB throttled, hanging, denying for one message: the rest of its batch is stored at once, the message later',
  run: () =>
    withGateway({}, async ({ sms, proxies, endFaults, rows, settledRows }) => {
      for (const [name, fault] of Object.entries(outages)) {
        const sid = newMessageSid();
        proxies.dynamodb.decide(({ body }) => (body.includes(sid) ? fault : { kind: 'pass' }));
        const answers = await Promise.all([sms({ MessageSid: sid }), ...Array.from({ length: 9 }, () => sms())]);
        assert.ok(answers.every(({ status }) => status === 200));
        await eventually(async () => {
          const stored = new Set((await rows()).map(({ pk }) => pk));
          const missing = answers.filter((answer) => !stored.has(messagePk(answer.sid))).map((answer) => answer.sid);
          assert.deepEqual(missing, [sid], name);
        });
        endFaults();
        await eventually(async () => assert.equal((await settledRows(sid)).length, 1, name));
      }
    }),
};

const kills: Check = {
  title: '6. The consumer is killed before and after each of its writes: stored once, nothing lost',
  run: () =>
    withGateway({}, async ({ sms, status, proxies, endFaults, settledRows, killCallerOf }) => {
      for (const action of ['UpdateItem', 'PutItem']) {
        for (const when of ['before', 'after'] as const) {
          let killed = 0;
          proxies.dynamodb.decide((call) => {
            if (call.action !== action || killed > 0) return { kind: 'pass' };
            killed += 1;
            return { kind: 'kill-caller', when, kill: () => killCallerOf(action) };
          });
          const sid = newMessageSid();
          assert.equal((await status(sid, 'delivered')).status, 204);
          await eventually(async () => {
            await sleep(0);
            assert.equal(killed, 1);
          });
          endFaults();
          const rows = await settledRows(sid);
          assert.deepEqual(rows.map(({ sk }) => sk).sort(), ['MESSAGE', 'STATUS#delivered#-'], `${when} ${action}`);
          assert.equal(rows[0]?.['status'], 'delivered');
        }
      }
      const { sid } = await sms();
      assert.equal((await settledRows(sid)).length, 1);
    }),
};

const twoConsumers: Check = {
  title: '7. A visibility timeout shorter than the work: two consumers on one message, one row',
  run: () =>
    withGateway({ visibilitySeconds: 1 }, async ({ sms, proxies, settledRows }) => {
      const sid = newMessageSid();
      const writes = () => proxies.dynamodb.requests.filter(({ body }) => body.includes(sid)).length;
      proxies.dynamodb.decide(({ body, earlier }) =>
        body.includes(sid) && earlier < 3 ? { kind: 'slow', milliseconds: 1_300 } : { kind: 'pass' },
      );
      assert.equal((await sms({ MessageSid: sid })).status, 200);
      await eventually(async () => {
        await sleep(0);
        assert.ok(writes() >= 2);
      });
      assert.equal((await settledRows(sid)).length, 1);
    }),
};

/** All orders of arrival. */
const permutations = <T>(items: readonly T[]): readonly (readonly T[])[] =>
  items.length <= 1
    ? [items]
    : items.flatMap((item, at) =>
        permutations(items.filter((_other, index) => index !== at)).map((rest) => [item, ...rest]),
      );

const statusOrders: Check = {
  title: '8. Every order of four callbacks, each twice, some held back: the same status for all',
  run: () =>
    withGateway({}, async ({ status, gateway, rows }) => {
      const statuses = ['sent', 'undelivered', 'delivered', 'queued'];
      const highest = statuses.reduce((above, candidate) =>
        isAbove({ status: candidate, errorCode: undefined }, { status: above, errorCode: undefined })
          ? candidate
          : above,
      );
      const orders = permutations(statuses).map((order) => ({ sid: newMessageSid(), order }));
      await each(orders, 8, async ({ sid, order }) => {
        for (const [at, sentStatus] of [...order, ...order.slice(0, 1)].entries()) {
          if (at === 2) await sleep(30);
          assert.equal((await status(sid, sentStatus)).status, 204);
        }
      });
      await gateway.settled(60_000);
      const stored = await rows();
      for (const { sid, order } of orders) {
        const own = stored.filter(({ pk }) => pk === messagePk(sid));
        assert.equal(own.length, 1 + statuses.length, order.join());
        assert.equal(own.find(({ sk }) => sk === 'MESSAGE')?.['status'], highest, order.join());
      }
    }),
};

export const consumerExperiments: readonly Check[] = [tableOutage, kills, twoConsumers, statusOrders];
