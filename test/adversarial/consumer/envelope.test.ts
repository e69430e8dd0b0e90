import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { newMessageSid } from '../../helpers/webhooks';
import { expectDeadLetter } from '../support/dead-letters';
import { newAccount } from '../support/test-gateway';
import { marker } from '../support/forms';
import {
  consume,
  enqueue,
  envelopeOf,
  expectDone,
  expectFailed,
  idsOf,
  messageRecords,
  recordsOf,
  statusEnvelope,
} from '../support/queue-records';
import { runCases, type Scenario } from '../support/run-cases';

/** Fails as poison, stores nothing, and becomes a dead letter with its body unchanged. */
const poison =
  (body: string, code: string): Scenario =>
  async (edge) => {
    const records = recordsOf(body);
    expect(await consume(edge, records)).toEqual(idsOf(records));
    await expectFailed(edge, records, 'PoisonEnvelopeError');
    const [, line] = await edge.log.consumerLines(idsOf(records)[0] ?? '', 2);
    expect(line).toMatchObject({ reason: 'poison_envelope', level: 'ERROR' });
    expect(line?.['detail']).toMatch(new RegExp(`^${code}: `));
    const messageId = await enqueue(edge, body);
    await edge.expectEffects({ queued: 0, stored: 0 });
    await expectDeadLetter(edge, messageId, body);
  };

runCases('consumer/envelope', {
  'CON-E-BADJSON': poison('{', 'not_json'),

  'CON-E-EMPTY': async (edge) => {
    expect(await consume(edge, [])).toEqual([]);
    const result = await edge.gateway.gateway.functionNamed('Consumer').invoke({});
    expect(result).toEqual({ kind: 'ok', payload: { batchItemFailures: [] } });
    await edge.expectEffects({ queued: 0, stored: 0 });
  },

  'CON-E-FUTURE': poison('{"schemaVersion":99}', 'unknown_version'),

  'CON-E-OLD': async (edge) => {
    const golden = join(__dirname, '..', '..', 'fixtures', 'envelopes', 'v1-message.json');
    const { message } = JSON.parse(readFileSync(golden, 'utf8')) as { readonly message: string };
    expect(JSON.parse(message)).toMatchObject({ schemaVersion: 1 });
    const records = recordsOf(message);
    expect(await consume(edge, records)).toEqual([]);
    await expectDone(edge, records);
    const [row] = await edge.expectEffects({ queued: 0, stored: 1 });
    expect(row?.['body']).toEqual({ S: 'héllo 🌍' });
  },

  'CON-E-EXTRA': async (edge) => {
    const form = edge.sms({ NewTwilioField: 'x' });
    const envelope = JSON.parse(envelopeOf(edge, 'message', form)) as object;
    const records = recordsOf(JSON.stringify({ ...envelope, newEnvelopeField: 'y' }));
    expect(await consume(edge, records)).toEqual([]);
    await expectDone(edge, records);
    const [row] = await edge.expectEffects({ queued: 0, stored: 1 });
    // Parameters that are attributes are not repeated in `params`.
    const { AccountSid, MessageSid, From, To, Body, ...others } = form;
    expect(JSON.parse(row?.['params']?.S ?? '')).toEqual(others);
    const { accountSid } = edge.account;
    expect(row).toMatchObject({
      pk: { S: `${accountSid}#MESSAGE#${String(MessageSid)}` },
      accountSid: { S: AccountSid },
    });
    expect(row).toMatchObject({ from: { S: From }, to: { S: To }, body: { S: Body } });
  },

  'CON-E-PROTO': async (edge) => {
    const poisoned = recordsOf('{"__proto__":{"isAdmin":true}}', '{"constructor":{"prototype":{"isAdmin":true}}}');
    expect(await consume(edge, poisoned)).toEqual(idsOf(poisoned));
    await expectFailed(edge, poisoned, 'PoisonEnvelopeError');
    await edge.expectEffects({ queued: 0, stored: 0 });
    // In a valid envelope or form they are ordinary fields: ignored or stored.
    const form = edge.sms({ constructor: 'a', hasOwnProperty: 'b' });
    const odd = envelopeOf(edge, 'message', form).replace('{', '{"__proto__":{"isAdmin":true},');
    const records = recordsOf(odd, envelopeOf(edge, 'message', edge.sms()));
    expect(await consume(edge, records)).toEqual([]);
    await expectDone(edge, records);
    const rows = await edge.expectEffects({ queued: 0, stored: 2 });
    expect(rows.map((row) => Object.keys(row).sort())).toEqual([
      Object.keys(rows[0] ?? {}).sort(),
      Object.keys(rows[0] ?? {}).sort(),
    ]);
    expect(rows.some((row) => 'isAdmin' in row)).toBe(false);
  },

  // The queue's policy rejects other senders. A forged envelope must still match its body, and reaches only its own
  // account's rows.
  'CON-E-FORGED': async (edge) => {
    const { accountSid } = newAccount();
    const sid = newMessageSid();
    const own = messageRecords(edge, 1);
    const ownMessage = recordsOf(envelopeOf(edge, 'message', edge.sms({ MessageSid: sid })));
    expect(await consume(edge, [...own, ...ownMessage])).toEqual([]);
    await edge.expectEffects({ queued: 0, stored: 2 });
    const forged = recordsOf(
      envelopeOf(edge, 'message', edge.sms(), { accountSid }),
      envelopeOf(edge, 'message', edge.sms(), { accountSid: `../${accountSid}` }),
    );
    expect(await consume(edge, forged)).toEqual(idsOf(forged));
    await expectFailed(edge, forged, 'PoisonEnvelopeError');
    await edge.expectEffects({ queued: 0, stored: 0 });
    const before = await edge.gateway.itemsOf(`${edge.account.accountSid}#MESSAGE#${sid}`);
    expect(before).toMatchObject([{ status: { S: 'received' } }]);
    const ofOther = { AccountSid: accountSid };
    const consistent = recordsOf(
      envelopeOf(edge, 'message', edge.sms({ ...ofOther, MessageSid: sid }), { accountSid }),
      JSON.stringify({
        ...(JSON.parse(statusEnvelope(edge, sid, 'delivered', ofOther)) as object),
        accountSid,
      }),
    );
    expect(await consume(edge, consistent)).toEqual([]);
    const rows = await edge.expectEffects({ queued: 0, stored: 2 });
    expect(rows.every(({ pk }) => pk?.S === `${accountSid}#MESSAGE#${sid}`)).toBe(true);
    expect(await edge.gateway.itemsOf(`${edge.account.accountSid}#MESSAGE#${sid}`)).toEqual(before);
  },

  'CON-E-SNSWRAP': async (edge, testCase) => {
    const wrapped = JSON.stringify({
      Type: 'Notification',
      Message: envelopeOf(edge, 'message', edge.sms()),
      Subject: marker('subject'),
    });
    await poison(wrapped, 'not_an_envelope')(edge, testCase);
  },
});
