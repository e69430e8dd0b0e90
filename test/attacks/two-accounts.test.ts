import { DeleteItemCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { newAccount, startEdge, type Edge } from '../adversarial/support/edge';
import { isMarker } from '../adversarial/support/effects';
import { withEdge } from '../adversarial/support/run-area';
import { newMessageSid, statusForm, usageForm, type Form } from '../helpers/webhooks';
import { cloudEvent, sendForm, sendJson } from './requests';

/** Two accounts of one gateway: whatever B sends, A's rows are untouched and A's webhooks can be stored. */

jest.setTimeout(60_000);

const [a, b] = [newAccount(), newAccount()];
let edge: Edge;
beforeAll(async () => {
  edge = await startEdge({ account: a, otherAccounts: [b] });
  edge.watch(a.accountSid, b.accountSid);
});
beforeEach(() => edge.begin());
afterAll(async () => {
  await edge.close();
  // Logs hold the last six characters of an account, of usage triggers and batches as well.
  edge.expectNothingSecretLogged();
});

type Rows = readonly Readonly<Record<string, AttributeValue>>[];

const rowsOf = async (accountSid: string): Promise<Rows> =>
  (await edge.gateway.items())
    .filter(({ pk }) => pk?.S?.startsWith(`${accountSid}#`))
    .sort((one, other) =>
      JSON.stringify([one['pk'], one['sk']]).localeCompare(JSON.stringify([other['pk'], other['sk']])),
    );

const expectNoFault = async (): Promise<void> => {
  await edge.gateway.settled();
  expect(await edge.gateway.queued(edge.gateway.gateway.state.queues.deadLetters)).toBe(0);
  for (const name of ['RecordFailed', 'PoisonEnvelope', 'OtherReading', 'OtherContent'] as const) {
    expect([name, await edge.log.counted(name)]).toEqual([name, 0]);
  }
};

/** What both accounts can send with the same identifier. `rows` are those that each leaves. */
interface Contested {
  readonly what: string;
  readonly rows: number;
  readonly send: (account: typeof a) => Promise<{ readonly status: number }>;
}

const contested = (): readonly Contested[] => {
  const messageSid = newMessageSid();
  const id = `EZ${newMessageSid().slice(2)}`;
  const token = `${a.accountSid}-FIRES-UT${messageSid.slice(2)}-2026-11-28`;
  const form = (account: typeof a, text: string): Form =>
    edge.sms({ MessageSid: messageSid, Body: `${text} of ${account.accountSid}` });
  return [
    {
      what: 'MessageSid',
      rows: 1,
      send: (account) => sendForm(edge, account, 'messages', form(account, 'text')),
    },
    {
      what: 'MessageSid of a status callback',
      rows: 2,
      send: (account) =>
        sendForm(
          edge,
          account,
          'status',
          statusForm(newMessageSidOnce(messageSid), account === a ? 'sent' : 'failed'),
        ),
    },
    {
      what: 'id and source of a CloudEvent',
      rows: 1,
      send: (account) => sendJson(edge, account, cloudEvent(id, { data: account === a ? 1 : 2 })),
    },
    {
      what: 'IdempotencyToken of a usage trigger, which can be predicted',
      rows: 1,
      send: (account) =>
        sendForm(
          edge,
          account,
          'usage',
          usageForm({ IdempotencyToken: token, CurrentValue: account === a ? '51' : '1' }),
        ),
    },
    {
      what: 'body and query of an event',
      rows: 1,
      send: (account) => sendForm(edge, account, 'events', { note: messageSid }, 'order=17'),
    },
  ];
};

/** Another SID than the message's, but the same for both accounts. */
const newMessageSidOnce = (messageSid: string): string => `MM${messageSid.slice(2)}`;

const names = [
  'MessageSid',
  'MessageSid of a status callback',
  'id and source of a CloudEvent',
  'IdempotencyToken of a usage trigger, which can be predicted',
  'body and query of an event',
];

describe.each(names)("another account's %s", (what) => {
  const find = (): Contested => {
    const found = contested().find((one) => one.what === what);
    if (found === undefined) throw new Error(`there is no ${what}`);
    return found;
  };

  test.each([
    ['first', [b, a]],
    ['second', [a, b]],
  ] as const)('sent %s, takes nothing from its owner', async (_order, accounts) => {
    const { send, rows } = find();
    const ofA = await rowsOf(a.accountSid);
    for (const account of accounts) {
      const before = await rowsOf(account === a ? b.accountSid : a.accountSid);
      expect([200, 204]).toContain((await send(account)).status);
      await edge.expectEffects({ queued: 1, stored: rows, markers: 1 });
      expect(await rowsOf(account === a ? b.accountSid : a.accountSid)).toEqual(before);
    }
    expect(await rowsOf(a.accountSid)).toHaveLength(ofA.length + rows + 1);
    await expectNoFault();
  });
});

test("rejects A's account with B's token, whatever else B knows", async () => {
  const form = edge.sms({ AccountSid: a.accountSid });
  const signature = edge.sign(edge.publicUrl('messages'), form, b.authToken);
  expect((await edge.send({ form, signature })).status).toBe(403);
  await edge.expectEffects({ queued: 0, stored: 0, markers: 0 });
});

test('a replay stores nothing after the row was deleted, as TTL or an erasure does', async () => {
  const id = `EZ${newMessageSid().slice(2)}`;
  const form = edge.sms();
  const usage = usageForm({ IdempotencyToken: `${a.accountSid}-FIRES-${id}` });
  const sends = [
    () => sendForm(edge, a, 'messages', form),
    () => sendForm(edge, a, 'status', statusForm(String(form['MessageSid']), 'sent')),
    () => sendForm(edge, a, 'usage', usage),
    () => sendForm(edge, a, 'events', { note: id }, 'note=a+b'),
    () => sendJson(edge, a, [cloudEvent(id), cloudEvent(`${id}2`)]),
    () => sendForm(edge, a, 'messages', { Body: id }),
  ];
  for (const send of sends) expect([200, 204]).toContain((await send()).status);
  const rows = await edge.expectEffects({
    queued: sends.length,
    stored: 1 + 1 + 1 + 1 + 2 + 1,
    markers: sends.length,
  });
  for (const { pk, sk } of rows) {
    if (pk === undefined || sk === undefined) throw new Error('a row has no key');
    await edge.gateway.dynamodb.send(
      new DeleteItemCommand({ TableName: edge.gateway.gateway.state.tableName, Key: { pk, sk } }),
    );
  }
  await edge.forget();
  for (const send of sends) expect([200, 204]).toContain((await send()).status);
  await edge.expectEffects({ queued: sends.length, stored: 0, markers: 0 });
  expect(await edge.log.counted('Duplicate', sends.length)).toBe(sends.length);
});

test('a marker holds no text, no number and no date of deletion', async () => {
  const form = edge.sms();
  await sendForm(edge, a, 'messages', form, 'note=a+b');
  await edge.gateway.settled();
  const markers = (await edge.gateway.items()).filter(isMarker);
  expect(markers.length).toBeGreaterThan(0);
  for (const marker of markers) {
    expect(Object.keys(marker)).not.toContain('expiresAt');
    for (const value of [form['Body'], '5550100', form['MessageSid'], 'note']) {
      expect(JSON.stringify(marker)).not.toContain(value);
    }
  }
});

test('rejects a forgery with one answer while a secret is the placeholder, whether its account is configured or not', async () => {
  const placeholder = { accountSid: 'CHANGE_ME', authToken: newAccount().authToken };
  await withEdge({ account: a, otherAccounts: [placeholder] }, async (other) => {
    const answers = [];
    for (const { accountSid } of [a, newAccount()]) {
      const { status, body, headers } = await other.send({
        form: other.sms({ AccountSid: accountSid }),
        signature: Buffer.alloc(20, 7).toString('base64'),
      });
      answers.push({ status, body, type: headers['content-type'] });
    }
    expect(answers[1]).toEqual(answers[0]);
    // It may be of the account whose secret is the placeholder, so Twilio is to send it again.
    expect(answers[0]?.status).toBe(500);
    expect((await other.send()).status).toBe(200);
    await other.expectEffects({ queued: 1, stored: 1, markers: 1 });
  });
});
