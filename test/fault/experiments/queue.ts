import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { devAssembly } from '../../helpers/assembly';
import { newMessageSid } from '../../helpers/webhooks';
import { mutatedAssembly } from '../mutants/mutated-assembly';
import type { Check } from '../run-checks';
import { assert, each, eventually, messagePk, withGateway } from './experiment-gateway';

const poison: Check = {
  title: '9. Poison, one in a hundred, half, all: good messages are stored, each poison is a dead letter',
  run: () =>
    withGateway({}, async ({ sms, putOnQueue, gateway, rows, deadLetters }) => {
      const bad: string[] = [];
      const good: string[] = [];
      for (const share of [0.01, 0.5, 1]) {
        await each(Array.from({ length: 100 }).keys(), 8, async (at) => {
          if (at < 100 * share) {
            const body = `not JSON ${share} ${at}`;
            bad.push(body);
            await putOnQueue(body);
          } else {
            const { status, sid } = await sms();
            assert.equal(status, 200);
            good.push(sid);
          }
        });
      }
      await gateway.settled(90_000);
      const stored = new Set((await rows()).map(({ pk }) => pk));
      assert.deepEqual(
        good.filter((sid) => !stored.has(messagePk(sid))),
        [],
      );
      assert.equal(stored.size, good.length);
      assert.deepEqual((await deadLetters()).sort(), bad.sort());
    }),
};

const redrives: Check = {
  title: '10. Redrives during traffic, two at once, with poison: nothing is lost, poison stays a dead letter',
  run: () =>
    withGateway({}, async ({ sms, putOnQueue, gateway, redrive, proxies, endFaults, rows, deadLetters }) => {
      const bad = ['not JSON 1', 'not JSON 2'];
      for (const body of bad) await putOnQueue(body);
      proxies.dynamodb.decide(() => ({ kind: 'error', status: 400, type: 'AccessDeniedException' }));
      const sids: string[] = [];
      const send = async (count: number): Promise<void> => {
        await each(Array.from({ length: count }), 4, async () => {
          const { status, sid } = await sms();
          assert.equal(status, 200);
          sids.push(sid);
        });
      };
      await send(20);
      await gateway.settled(60_000);
      const waiting = await deadLetters();
      assert.deepEqual(waiting.filter((body) => bad.includes(body)).sort(), bad);
      assert.deepEqual(
        sids.filter((sid) => !waiting.some((body) => body.includes(sid))),
        [],
      );
      endFaults();
      await Promise.all([send(20), redrive(), redrive()]);
      await gateway.settled(60_000);
      await redrive();
      await gateway.settled(60_000);
      assert.deepEqual((await deadLetters()).sort(), bad);
      const stored = (await rows()).map(({ pk }) => pk);
      assert.deepEqual([...new Set(stored)].sort(), sids.map(messagePk).sort());
    }),
};

const secondRegion: Check = {
  title: '11. The first region is down and the fallback URL leads to the second: one logical message (FLT-REGION)',
  run: () =>
    withGateway({}, (first) =>
      withGateway({}, async (second) => {
        const fallback = { ErrorCode: '11200', ErrorUrl: first.gateway.webhooks.messages };
        for (const lost of ['hang', 'drop-answer'] as const) {
          first.proxies.sqs.decide(() => ({ kind: lost }));
          const sid = newMessageSid();
          assert.equal((await first.smsOnce({ MessageSid: sid })).status, 503);
          assert.equal((await second.sms({ MessageSid: sid, ...fallback })).status, 200);
          first.endFaults();
          const rows = [...(await first.settledRows(sid)), ...(await second.settledRows(sid))];
          // If the first region stored it, both have the same key: a reader of both finds one message.
          assert.equal(rows.length, lost === 'hang' ? 1 : 2);
          assert.equal(new Set(rows.map(({ pk, sk }) => `${pk} ${sk}`)).size, 1);
          assert.equal(new Set(rows.map((row) => row['body'])).size, 1);
        }
      }),
    ),
};

const fixtures = join(__dirname, '..', '..', 'fixtures', 'envelopes');
export const newVersion = [
  {
    file: 'shared/payload/envelope.ts',
    find: 'const schemaVersion = 2;',
    replace: 'const schemaVersion = 3;',
  },
];

const versions: Check = {
  title: '12. Old envelopes meet new code and new ones old code: stored, or kept for the redrive after the upgrade',
  run: async () => {
    await withGateway({}, async ({ putOnQueue, gateway, rows, deadLetters }) => {
      const files = readdirSync(fixtures);
      for (const file of files) {
        const { message } = JSON.parse(readFileSync(join(fixtures, file), 'utf8')) as {
          readonly message: string;
        };
        await putOnQueue(message);
      }
      await gateway.settled(60_000);
      assert.deepEqual(await deadLetters(), []);
      // The two versions of one webhook have one key.
      const webhooks = new Set(files.map((file) => file.replace(/^v\d+-/, '')));
      assert.ok((await rows()).length >= webhooks.size - 1);
    });
    // If ingress is deployed first, the old consumer receives new envelopes.
    const mixed = await mutatedAssembly(devAssembly(), newVersion, ['ingress']);
    const upgraded = await mutatedAssembly(devAssembly(), newVersion);
    try {
      let kept: readonly string[] = [];
      let sid = '';
      await withGateway({ assembly: mixed }, async ({ sms, gateway, rows, deadLetters }) => {
        const sent = await sms();
        assert.equal(sent.status, 200);
        ({ sid } = sent);
        await gateway.settled(60_000);
        kept = await deadLetters();
        assert.equal(kept.length, 1);
        assert.deepEqual(await rows(), []);
      });
      await withGateway({ assembly: upgraded }, async ({ putOnQueue, settledRows }) => {
        for (const message of kept) await putOnQueue(message);
        await eventually(async () => assert.equal((await settledRows(sid)).length, 1));
      });
    } finally {
      for (const { directory } of [mixed, upgraded]) rmSync(directory, { recursive: true, force: true });
    }
  },
};

export const queueExperiments: readonly Check[] = [poison, redrives, secondRegion, versions];
