import { storeOptOut } from '../../../../lambda/consumer/aws/dynamodb-opt-outs';
import type { OptOut } from '../../../../lambda/consumer/ports';
import { createDynamoDbTableReader } from '../../../../cli/clients/dynamodb/table-reader';
import { createDynamoDbOptOutReader } from '../../../../cli/opt-outs/dynamodb-opt-outs';
import type { OptOutReader, OptOutView } from '../../../../cli/opt-outs/opt-outs';
import { accountSid, authToken, fakeSecrets, otherAccountSid, run, secretText } from '../fake-environment';
import { startMessageTable, tableName } from '../message-table';

const { signal } = new AbortController();
const service = `MG${'5'.repeat(32)}`;
const messageSid = `SM${'a'.repeat(32)}`;
const person = '+15550100001';
const number = '+15550100002';
const at = (second: number): string => `2026-03-04T05:06:0${second}.000Z`;

const said = (varied: Partial<OptOut>): OptOut => ({
  accountSid,
  requestId: 'request',
  own: number,
  person,
  state: 'STOP',
  source: 'OptOutType',
  changedAt: at(1),
  messageSid,
  from: person,
  to: number,
  ...varied,
});

const row = (varied: Partial<OptOutView> = {}): OptOutView => ({
  accountSid,
  state: 'STOP',
  person,
  own: number,
  source: 'OptOutType',
  changedAt: at(1),
  messageSid,
  from: person,
  to: number,
  ...varied,
});

describe('the reader of opt-outs on a table', () => {
  it('reads what the consumer stores, the latest first, of the accounts that were asked for', async () => {
    const { client, stop } = await startMessageTable([]);
    try {
      const sender = 'client:shop#1';
      const table = { client, tableName };
      await storeOptOut(table, said({}), signal);
      await storeOptOut(table, said({ own: service, changedAt: at(3), state: 'START' }), signal);
      const refused = { own: sender, source: '21610', changedAt: at(2), from: sender, to: person } as const;
      await storeOptOut(table, said(refused), signal);
      await storeOptOut(table, said({ accountSid: otherAccountSid, changedAt: at(4) }), signal);
      const reader = createDynamoDbOptOutReader(
        createDynamoDbTableReader(client, { tableName, signal, sleep: () => Promise.resolve() }),
      );
      expect(await reader.list([accountSid])).toEqual([
        row({ own: service, changedAt: at(3), state: 'START' }),
        row(refused),
        row(),
      ]);
      expect((await reader.list([accountSid, otherAccountSid])).map(({ changedAt }) => changedAt)).toEqual(
        [4, 3, 2, 1].map(at),
      );
    } finally {
      await stop();
    }
  });
});

describe('gateway opt-outs list', () => {
  const secrets = fakeSecrets({ 'first-account': { AWSCURRENT: secretText(accountSid, authToken) } });
  const rows = [
    row({ person: `whatsapp:${person}`, own: service, state: 'START', changedAt: at(2) }),
    row(),
    row({ person: '+15550100003' }),
  ];
  const reader = (asked: (readonly string[])[] = []): OptOutReader => ({
    list: (accountSids) => {
      asked.push(accountSids);
      return Promise.resolve(rows);
    },
  });
  const listed = async (...options: readonly string[]): Promise<readonly OptOutView[]> => {
    const { data, exitCode } = await run(['opt-outs', 'list', '--json', ...options], { secrets, optOuts: reader() });
    expect(exitCode).toBe(0);
    return JSON.parse(data) as readonly OptOutView[];
  };

  it('prints all of them as JSON', async () => {
    expect(await listed()).toEqual(rows);
  });

  it('reads every configured account, or only that of --account without reading a secret', async () => {
    const asked: (readonly string[])[] = [];
    await run(['opt-outs', 'list'], { secrets, optOuts: reader(asked) });
    await run(['opt-outs', 'list', '--account', otherAccountSid], { optOuts: reader(asked) });
    expect(asked).toEqual([[accountSid], [otherAccountSid]]);
  });

  it('finds a person, in every channel if the number has none, and written with spaces', async () => {
    expect(await listed('--number', person)).toEqual(rows.slice(0, 2));
    expect(await listed('--number', '+1 (555) 010-0001')).toEqual(rows.slice(0, 2));
    expect(await listed('--number', `whatsapp:${person}`)).toEqual(rows.slice(0, 1));
    expect(await listed('--number', '0001')).toEqual([]);
  });

  it('finds a state, and rejects another word', async () => {
    expect(await listed('--state', 'START')).toEqual(rows.slice(0, 1));
    const { exitCode, notes } = await run(['opt-outs', 'list', '--state', 'HELP'], { secrets, optOuts: reader() });
    expect({ exitCode, notes }).toEqual({ exitCode: 2, notes: expect.stringContaining('STOP, START') as string });
  });

  it('prints a table of 80 columns, and every column with --wide', async () => {
    const { data } = await run(['opt-outs', 'list'], { secrets, optOuts: reader() });
    const lines = data.split('\n');
    expect(lines[0]).toMatch(/^Changed +State +Person +Messages from/);
    expect(lines[2]).toContain('03-04 05:06:01');
    expect(lines.every((line) => line.length <= 80)).toBe(true);
    const { data: wide } = await run(['opt-outs', 'list', '--wide'], { secrets, optOuts: reader() });
    expect(wide).toContain(messageSid);
  });

  it('says which accounts it looked at if there is none', async () => {
    const none: OptOutReader = { list: () => Promise.resolve([]) };
    const { data, notes, exitCode } = await run(['opt-outs', 'list'], { secrets, optOuts: none });
    expect({ data, exitCode }).toEqual({ data: 'No opt-outs', exitCode: 0 });
    expect(notes).toContain('111111');
  });
});
