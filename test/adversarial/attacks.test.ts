import { randomBytes } from 'node:crypto';
import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { bodyHash } from '../../lambda/shared/signature/body-hash';
import { statusForm, usageForm, type Form } from '../helpers/webhooks';
import { newAccount, startEdge, type Edge } from './support/test-gateway';
import type { Item } from './support/effects';
import type { EdgeRequest, Exchange } from './support/sender';

/** Attacks by one configured subaccount on another, and by anyone who has captured a request. */

jest.setTimeout(90_000);

/** Has the token of its own account, and knows the identifiers of the other account's webhooks. */
const attacker = newAccount();
let edge: Edge;
beforeAll(async () => {
  edge = await startEdge({ otherAccounts: [attacker] });
});
beforeEach(() => edge.begin());
afterAll(async () => {
  await edge.close();
  edge.expectNothingSecretLogged();
});

const asAttacker = (request: EdgeRequest & { readonly form: Form }): Promise<Exchange> => {
  const { route = 'messages', query = '' } = request;
  const form = { ...request.form, AccountSid: attacker.accountSid };
  const url = edge.publicUrl(route, query);
  return edge.send({ ...request, form, signature: edge.sign(url, form, attacker.authToken) });
};

const json = (value: unknown, authToken?: string): EdgeRequest => {
  const body = Buffer.from(JSON.stringify(value));
  const query = `bodySHA256=${bodyHash(body)}`;
  const signature = edge.sign(edge.publicUrl('events', query), {}, authToken);
  return { route: 'events', query, contentType: 'application/json', body, signature };
};

const cloudEvent = (id: string, more: Readonly<Record<string, unknown>> = {}) => ({
  specversion: '1.0',
  source: '/2010-04-01/made-up',
  type: 'com.example.made-up',
  id,
  ...more,
});

const keysOf = (rows: readonly Item[]): readonly (string | undefined)[] =>
  rows.map(({ accountSid }) => accountSid?.S).sort();

describe('a subaccount that sends the identifiers of another account first', () => {
  const bothAreStored = async (own: () => Promise<Exchange>, squatted: () => Promise<Exchange>) => {
    expect((await squatted()).status).toBeLessThan(300);
    await edge.expectEffects({ queued: 1, stored: 1, markers: 1 });
    expect((await own()).status).toBeLessThan(300);
    const rows = await edge.expectEffects({ queued: 1, stored: 1, markers: 1 });
    expect(keysOf(rows)).toEqual([edge.account.accountSid]);
    // What it sends afterwards does not change the row.
    expect((await squatted()).status).toBeLessThan(300);
    await edge.expectEffects({ queued: 1, stored: 0, markers: 0 });
    expect(await edge.gateway.items()).toEqual(expect.arrayContaining([...rows]));
  };

  test('cannot prevent a message from being stored', async () => {
    const form = edge.sms();
    await bothAreStored(
      () => edge.send({ form }),
      () => asAttacker({ form: { ...form, From: '+15550100066' } }),
    );
  });

  test('cannot prevent a usage trigger from being stored, although its token can be guessed', async () => {
    const form = usageForm({
      AccountSid: edge.account.accountSid,
      IdempotencyToken: `${edge.account.accountSid}-FIRES-UT${'5'.repeat(32)}-2026-11-28`,
    });
    await bothAreStored(
      () => edge.send({ route: 'usage', form }),
      () => asAttacker({ route: 'usage', form }),
    );
  });

  test('cannot prevent a CloudEvent from being stored', async () => {
    const event = cloudEvent(randomBytes(8).toString('hex'));
    await bothAreStored(
      () => edge.send(json(event)),
      () => edge.send(json({ ...event, data: 'theirs' }, attacker.authToken)),
    );
  });

  test('cannot write into the history of a message', async () => {
    const form = edge.sms();
    const sid = String(form['MessageSid']);
    await edge.send({ form });
    const [message] = await edge.expectEffects({ queued: 1, stored: 1 });
    const read = { ...statusForm(sid, 'read'), AccountSid: attacker.accountSid };
    expect((await asAttacker({ route: 'status', form: read })).status).toBe(204);
    const rows = await edge.expectEffects({ queued: 1, stored: 2 });
    expect(keysOf(rows)).toEqual([attacker.accountSid, attacker.accountSid]);
    expect(await edge.gateway.itemsOf(message?.['pk']?.S ?? '')).toEqual([message]);
  });
});

describe('identifiers of different kinds', () => {
  test('never share a key: a CloudEvent with the token of a usage trigger', async () => {
    const form = usageForm({ AccountSid: edge.account.accountSid });
    const token = String(form['IdempotencyToken']);
    expect((await edge.send(json(cloudEvent(token)))).status).toBe(204);
    expect((await edge.send({ route: 'usage', form })).status).toBe(204);
    const rows = await edge.expectEffects({ queued: 2, stored: 2 });
    expect(rows.map(({ kind }) => kind?.S).sort()).toEqual(['event', 'usage']);
  });

  test('are different events if the source differs, or if one lacks the attributes of a CloudEvent', async () => {
    const id = randomBytes(8).toString('hex');
    for (const value of [
      cloudEvent(id),
      cloudEvent(id, { source: '/another' }),
      { id, status: 'queued' },
      { id, status: 'completed' },
      [{ id, step: 1 }],
      [{ id, step: 2 }],
    ]) {
      expect((await edge.send(json(value))).status).toBe(204);
      await edge.expectEffects({ queued: 1, stored: 1, markers: 1 });
    }
  });

  test('get a row of their own and are counted if they are stored already with other content', async () => {
    const id = randomBytes(8).toString('hex');
    expect((await edge.send(json(cloudEvent(id, { data: 1 })))).status).toBe(204);
    const [first] = await edge.expectEffects({ queued: 1, stored: 1 });
    expect((await edge.send(json([cloudEvent(id, { data: 2 })]))).status).toBe(204);
    const [second] = await edge.expectEffects({ queued: 1, stored: 1 });
    expect(second?.['pk']).toEqual(first?.['pk']);
    expect(second?.['payload']?.S).toContain('"data":2');
    expect(await edge.log.counted('OtherContent', 1)).toBe(1);
    // The same content in another delivery is a duplicate.
    expect((await edge.send(json([cloudEvent(id, { data: 1 })]))).status).toBe(204);
    await edge.expectEffects({ queued: 1, stored: 0, markers: 1 });
  });
});

describe('a captured request', () => {
  test('stores nothing after its row was deleted, by its retention or on request', async () => {
    const forms: readonly EdgeRequest[] = [
      { form: edge.sms() },
      { route: 'events', form: { AccountSid: edge.account.accountSid, CallSid: `CA${'7'.repeat(32)}` } },
    ];
    for (const request of forms) {
      expect((await edge.send(request)).status).toBeLessThan(300);
      const [row] = await edge.expectEffects({ queued: 1, stored: 1, markers: 1 });
      await edge.gateway.dynamodb.send(
        new DeleteItemCommand({
          TableName: edge.gateway.gateway.state.tableName,
          Key: { pk: { S: row?.['pk']?.S ?? '' }, sk: { S: row?.['sk']?.S ?? '' } },
        }),
      );
      await edge.begin();
      expect((await edge.send(request)).status).toBeLessThan(300);
      await edge.expectEffects({ queued: 1, stored: 0, markers: 0 });
      expect(await edge.log.counted('Duplicate', 1)).toBe(1);
    }
  });
});

describe('a large signed batch', () => {
  test('is stored completely at nearly the largest allowed size', async () => {
    const tag = randomBytes(3).toString('hex');
    const events = Array.from({ length: 1_100 }, (_, at) => ({
      ...cloudEvent(`${tag}${at}`),
      data: 'made up '.repeat(12),
    }));
    const request = json(events);
    expect(Buffer.byteLength(request.body ?? '')).toBeGreaterThan(200 * 1024);
    expect((await edge.send(request)).status).toBe(204);
    await edge.gateway.settled(80_000);
    await edge.expectEffects({ queued: 1, stored: events.length, markers: 1 });
  });
});

test('no log line contains a full account SID, whatever was sent', async () => {
  const { accountSid } = edge.account;
  await edge.send({ route: 'usage', form: usageForm({ AccountSid: accountSid }) });
  await edge.send({ form: edge.sms() });
  await edge.send({ form: edge.sms({ AccountSid: newAccount().accountSid }) });
  await edge.send({ form: edge.sms({ MessageSid: accountSid }) });
  await edge.expectEffects({ queued: 3, stored: 3 });
  expect(edge.log.text().match(/\bAC[0-9a-f]{32}\b/g)).toBeNull();
});
