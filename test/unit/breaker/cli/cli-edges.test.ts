import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import { createDynamoDbDecisions } from '../../../../cli/breaker/dynamodb-decisions';
import { openSubaccounts } from '../../../../cli/breaker/subaccounts';
import { createBreakerStore } from '../../../../lambda/breaker/aws/breaker-store';
import type { OpenRow } from '../../../../lambda/breaker/ports';
import { eventTableName as tableName, startEventTable, type EventTable } from '../../../helpers/event-table';
import { startTwilioDouble, type TwilioDouble } from '../../../helpers/twilio-double';
import { firing, now, parentSid, strangerSid, subaccountSid } from '../firings';

const { signal } = new AbortController();
const otherSid = `AC${'0'.repeat(31)}4`;

describe("the breaker's rows, written by the function and read by the CLI", () => {
  let table: EventTable;
  let client: DynamoDB;
  let clock = now;

  beforeAll(async () => {
    table = await startEventTable();
    ({ client } = table);
  });
  afterAll(() => table.close());

  const breakerStore = () => createBreakerStore({ tableName, now: () => clock, client });
  const store = () => createDynamoDbDecisions(client, { tableName, signal });
  const day = (date: number, account = subaccountSid, requestId = 'request-1') =>
    firing(
      { AccountSid: account, DateFired: `2026-11-${String(date).padStart(2, '0')}` },
      { receivedAt: `2026-11-${String(date).padStart(2, '0')}T10:00:00.000Z`, requestId },
    );
  const open = async (...args: Parameters<typeof day>): Promise<OpenRow> => {
    const claim = await breakerStore().claim(day(...args), signal);
    if (claim.kind !== 'open') throw new Error('the row is not open');
    return claim;
  };

  test('are found by their key, and listed newest first over several accounts', async () => {
    await (await open(1)).decide({ decision: 'tripped', targetSid: subaccountSid, usage: '51', callsEnded: 2 });
    await (await open(2, parentSid)).decide({ decision: 'main_account', detail: 'text' });
    await (await open(3, strangerSid)).decide({ decision: 'other_account' });
    const found = await store().find(day(1));
    expect(found).toMatchObject({
      at: '2026-11-01T10:00:00.000Z',
      decision: 'tripped',
      targetSid: subaccountSid,
      usage: '51',
      triggerValue: '50.000000',
      callsEnded: 2,
      lastFault: null,
    });
    const listed = await store().recent([subaccountSid, parentSid, subaccountSid], 10);
    expect(listed.map(({ decision }) => decision)).toEqual(['main_account', 'tripped']);
    expect(await store().recent([subaccountSid, parentSid], 1)).toHaveLength(1);
    expect(await store().find(day(9))).toBeUndefined();
  });

  test('are listed apart from drills, so that no number of drills hides a decision', async () => {
    const drilled = (at: number) =>
      firing(
        { AccountSid: otherSid, GatewayDrill: '1', UsageTriggerSid: `UT${String(at).padStart(32, '0')}` },
        { requestId: `drill-${at}` },
      );
    await (await open(22, otherSid)).decide({ decision: 'tripped' });
    for (let at = 0; at < 20; at += 1) {
      const claim = await breakerStore().claim(drilled(at), signal);
      if (claim.kind === 'open') await claim.decide({ decision: 'drill', detail: `drill ${at}` });
    }
    expect(await store().recent([otherSid], 10)).toMatchObject([{ decision: 'tripped' }]);
    expect(await store().recentDrills([otherSid], 10)).toHaveLength(10);
    expect(await store().find(drilled(7))).toMatchObject({ decision: 'drill', detail: 'drill 7' });
  });

  test('are closed by re-arming, however many refused firings lie before them', async () => {
    const acting = await open(20, otherSid, 'acting');
    await acting.advance('suspending', otherSid);
    const requests = Array.from({ length: 1100 }, (_, at) => ({
      PutRequest: {
        Item: {
          pk: { S: `${otherSid}#BREAKER` },
          sk: { S: `BREAKER#2026-11-24#UT${String(at).padStart(32, '0')}` },
          decision: { S: 'unknown_trigger' },
        },
      },
    }));
    for (let at = 0; at < requests.length; at += 25) {
      await client.batchWriteItem({ RequestItems: { [tableName]: requests.slice(at, at + 25) } });
    }
    expect(await store().closeOpen([otherSid], otherSid, '2026-11-22T10:30:00.000Z')).toBe(1);
    await expect(acting.advance('suspended', otherSid)).rejects.toThrow();
  });

  test('are closed by re-arming if the breaker has begun to act, so that a redriven dead letter does nothing', async () => {
    const acting = await open(10);
    await acting.advance('suspending', subaccountSid);
    await (await open(11)).noteError('a fault before it acted');
    const ofOther = await open(12, parentSid);
    await ofOther.advance('suspended', strangerSid);
    expect(await store().closeOpen([subaccountSid, parentSid], subaccountSid, '2026-11-22T10:30:00.000Z')).toBe(1);
    await expect(acting.advance('suspended', subaccountSid)).rejects.toThrow();
    clock += 600 * 60_000;
    expect(await breakerStore().claim(day(10), signal)).toMatchObject({
      kind: 'decided',
      decision: 'rearmed',
    });
    expect(await breakerStore().claim(day(11), signal)).toMatchObject({ kind: 'open', decision: 'deciding' });
    expect(await breakerStore().claim(day(12, parentSid), signal)).toMatchObject({
      kind: 'open',
      decision: 'suspended',
    });
  });

  test('are joined by the record of the re-arming', async () => {
    const at = '2026-11-30T10:30:00.000Z';
    await store().writeRearm({ accountSid: subaccountSid, at, reason: 'key revoked' });
    expect((await store().recent([subaccountSid], 1))[0]).toMatchObject({
      at,
      decision: 'rearm',
      detail: 'key revoked',
    });
  });
});

describe('subaccounts at Twilio', () => {
  let double: TwilioDouble;
  beforeEach(async () => {
    double = await startTwilioDouble();
  });
  afterEach(async () => {
    await double.close();
    expect(double.invalidRequests).toEqual([]);
  });
  const open = ({ sid, authToken }: { readonly sid: string; readonly authToken: string }) =>
    openSubaccounts({ accountSid: sid, username: sid, password: authToken, subaccounts: new Map() }, double.url);

  test('are read and set active', async () => {
    const main = double.addAccount();
    const sub = double.addAccount({ ownerAccountSid: main.sid, status: 'suspended' });
    const subaccounts = await open(main);
    expect(await subaccounts.status(sub.sid)).toBe('suspended');
    await subaccounts.activate(sub.sid);
    expect(double.state.accounts.get(sub.sid)?.status).toBe('active');
  });

  test("rejects with what an operator can do, and without Twilio's own text", async () => {
    const main = double.addAccount();
    const sub = double.addAccount({ ownerAccountSid: main.sid, status: 'closed' });
    await expect((await open(main)).activate(sub.sid)).rejects.toThrow(
      'The subaccount is closed and cannot be reopened.',
    );
    const wrong = await open({ ...main, authToken: 'wrong' });
    await expect(wrong.status(sub.sid)).rejects.toThrow(/^Twilio answered 401/);
  });
});
