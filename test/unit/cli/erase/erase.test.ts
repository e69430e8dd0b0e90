import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ErasableItem, ErasableTable } from '../../../../cli/clients/dynamodb/erasable-table';
import { createErasableTable } from '../../../../cli/clients/dynamodb/erasable-table';
import type { ErasableQueue } from '../../../../cli/clients/sqs/erasable-queue';
import { openTwilioAccount } from '../../../../cli/twilio/api/twilio-account-api';
import { messageKey } from '../../../../lambda/shared/contract/table';
import { startTwilioDouble, type TwilioDouble } from '../../../helpers/twilio-double';
import { accountSid, fakeSecrets, otherAccountSid, run, secretText, type EnvironmentParts } from '../fake-environment';

const number = '+15550100';
const sid = (at: number): string => `SM${String(at).padStart(32, '0')}`;
const messageItem = (at: number, from = number, account = accountSid): ErasableItem => {
  const { pk, sk } = messageKey(account, sid(at));
  return { pk: { S: pk }, sk: { S: sk }, direction: { S: 'inbound' }, from: { S: from }, to: { S: '+15550199' } };
};
const textOf = (item: ErasableItem, name: string): string => item[name]?.S ?? '';

/** Two items a page, so that there are several pages. */
const memoryTable = (items: readonly ErasableItem[]) => {
  let stored = [...items];
  const table: ErasableTable = {
    async *scan() {
      for (let at = 0; at < stored.length; at += 2) yield await Promise.resolve(stored.slice(at, at + 2));
    },
    markErased: () => Promise.resolve(),
    delete: (keys) => {
      const isGone = (item: ErasableItem) =>
        keys.some(({ pk, sk }) => pk === textOf(item, 'pk') && sk === textOf(item, 'sk'));
      stored = stored.filter((item) => !isGone(item));
      return Promise.resolve();
    },
  };
  return { table, rows: () => stored };
};
const emptyQueue: ErasableQueue = {
  receive: () => Promise.resolve([]),
  release: () => Promise.resolve(0),
  remove: () => Promise.resolve(0),
  counts: () => Promise.resolve({ visible: 0, inFlight: 0 }),
};

describe('gateway erase', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'erase-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });
  const erase = (table: ErasableTable, args: readonly string[], parts: EnvironmentParts = {}) =>
    run(['erase', '--number', number, ...args], {
      erasing: () => Promise.resolve({ table, queue: () => emptyQueue }),
      workingDirectory: directory,
      ...parts,
    });
  const production: EnvironmentParts = { target: { name: 'stage prod', stage: 'prod', production: true } };

  test.each(['5550100', '+155', '+1555010012345678', '+0155501001', 'abc'])('refuses the number %s', async (text) => {
    expect((await run(['erase', '--number', text, '--yes'])).exitCode).toBe(2);
  });

  test('counts without --yes, and changes nothing', async () => {
    const { table, rows } = memoryTable([messageItem(1), messageItem(2, '+15550177')]);
    const { exitCode, data, notes } = await erase(table, []);
    expect({ exitCode, left: rows().length }).toEqual({ exitCode: 0, left: 2 });
    expect(data).toMatch(/Messages +1\n/);
    expect(notes).toContain('Nothing was deleted: pass --yes');
    expect(data + notes).not.toContain(number.slice(1));
  });

  test('warns if the number is one of the gateway itself', async () => {
    const { table } = memoryTable([messageItem(1, '+15550177')]);
    const { notes } = await run(['erase', '--number', '+15550199'], {
      erasing: () => Promise.resolve({ table, queue: () => emptyQueue }),
    });
    expect(notes).toContain('1 message was sent to this number');
  });

  test('takes a number with a channel, and leaves markers and rows of the breaker', async () => {
    const kept = [
      { pk: { S: `${accountSid}#TEXT#${'1'.repeat(64)}` }, sk: { S: 'SIGNED' }, requestId: { S: number } },
      { pk: { S: `${accountSid}#BREAKER` }, sk: { S: 'DRILL#1' }, detail: { S: number } },
    ];
    const { table, rows } = memoryTable([...kept, messageItem(1)]);
    const result = await run(['erase', '--number', `whatsapp:${number}`, '--yes', '--json'], {
      erasing: () => Promise.resolve({ table, queue: () => emptyQueue }),
      workingDirectory: directory,
    });
    expect(JSON.parse(result.data)).toMatchObject({ items: 1, deadLetters: 0 });
    expect(rows()).toEqual(kept);
  });

  test.each([
    ['without a terminal, without --confirm', [], undefined, 2, 1],
    ['with another name', ['--confirm', 'dev'], undefined, 2, 1],
    ['with its name', ['--confirm', 'prod'], undefined, 0, 0],
    ['with another name typed', [], 'yes', 2, 1],
    ['with its name typed', [], 'prod', 0, 0],
  ])('in a production stage, %s', async (_what, args, typed, status, left) => {
    const { table, rows } = memoryTable([messageItem(1)]);
    const ask = typed === undefined ? undefined : () => Promise.resolve(typed);
    const { exitCode } = await erase(table, ['--yes', ...args], { ...production, ask });
    expect({ exitCode, left: rows().length }).toEqual({ exitCode: status, left });
  });

  test('deletes nothing if the receipt cannot be written', async () => {
    writeFileSync(join(directory, 'receipt.json'), 'mine');
    const { table, rows } = memoryTable([messageItem(1)]);
    const { exitCode, notes } = await erase(table, ['--yes', '--receipt', 'receipt.json']);
    expect({ exitCode, left: rows().length }).toEqual({ exitCode: 2, left: 1 });
    expect(notes).toContain('the file exists');
    expect(readFileSync(join(directory, 'receipt.json'), 'utf8')).toBe('mine');
  });

  test('says what is left if new items arrive all the time, and that the receipt is not complete', async () => {
    const { table } = memoryTable([messageItem(1)]);
    const { exitCode, data } = await erase({ ...table, delete: () => Promise.resolve() }, [
      ...['--yes', '--json', '--receipt', 'r.json'],
    ]);
    expect(exitCode).toBe(1);
    expect(JSON.parse(data)).toMatchObject({ left: { items: 1 } });
    expect(JSON.parse(readFileSync(join(directory, 'r.json'), 'utf8'))).toMatchObject({ complete: false });
  });

  describe('--redact-at-twilio', () => {
    let double: TwilioDouble;
    let token: string;
    beforeEach(async () => {
      double = await startTwilioDouble();
      token = double.addAccount({ sid: accountSid }).authToken;
    });
    afterEach(async () => {
      expect(double.invalidRequests).toEqual([]);
      await double.close();
    });
    const parts = (authToken = token): EnvironmentParts => ({
      secrets: fakeSecrets({ 'first-account': { AWSCURRENT: secretText(accountSid, authToken) } }),
      twilio: {
        variable: (name) => (name === 'TWILIO_API_BASE_URL' ? double.url : undefined),
        open: (credentials) => openTwilioAccount(credentials, double.url),
      },
    });

    test('removes text and media of each message once, and only of these', async () => {
      for (const at of [1, 2, 3]) double.addMessage(accountSid, sid(at), `text ${at}`, at);
      const history = { ...messageItem(1), sk: { S: 'STATUS#delivered#-' } };
      const { table } = memoryTable([messageItem(1), history, messageItem(2), messageItem(4)]);
      const { exitCode, data } = await erase(table, ['--yes', '--json', '--redact-at-twilio'], parts());
      expect(exitCode).toBe(0);
      // Twilio no longer has the fourth message, so there is nothing to redact.
      expect(JSON.parse(data)).toMatchObject({ items: 4, redacted: { messages: 2, media: 3, failed: 0 } });
      expect([...double.state.messages.values()].map(({ body }) => body)).toEqual(['', '', 'text 3']);
      expect([...double.state.media.values()].map((medium) => medium['parent_sid'])).toEqual([sid(3), sid(3), sid(3)]);
    });

    test('keeps a message that Twilio does not redact, names it, and goes on at the next run', async () => {
      for (const at of [1, 2]) double.addMessage(accountSid, sid(at), 'text');
      const sending = double.addMessage(accountSid, sid(3), 'text');
      sending['status'] = 'sending';
      const { table, rows } = memoryTable([messageItem(1), messageItem(2), messageItem(3)]);
      const first = await erase(table, ['--yes', '--redact-at-twilio', '--receipt', '1.json'], parts());
      expect(first.exitCode).toBe(1);
      expect(first.notes).toContain(`Not redacted: ${sid(3)} of account …111111: Twilio's API answered 409`);
      expect(first.notes).toContain('Run the same command again');
      expect(rows()).toEqual([messageItem(3)]);
      sending['status'] = 'delivered';
      const second = await erase(table, ['--yes', '--redact-at-twilio', '--receipt', '2.json'], parts());
      expect({ exitCode: second.exitCode, rows: rows() }).toEqual({ exitCode: 0, rows: [] });
      expect(sending['body']).toBe('');
    });

    test('never asks for messages of an account whose credentials the gateway does not have', async () => {
      const { table, rows } = memoryTable([messageItem(1, number, otherAccountSid)]);
      const { exitCode, notes } = await erase(table, ['--yes', '--redact-at-twilio'], parts());
      expect({ exitCode, left: rows().length, requests: double.requests }).toEqual({
        exitCode: 1,
        left: 1,
        requests: [],
      });
      expect(notes).toContain('no credentials of the account');
    });

    test('stops asking once Twilio has refused the credentials', async () => {
      const items = Array.from({ length: 20 }, (_, at) => messageItem(at + 1));
      const { table, rows } = memoryTable(items);
      const { exitCode } = await erase(table, ['--yes', '--redact-at-twilio'], parts('0'.repeat(32)));
      expect({ exitCode, left: rows().length }).toEqual({ exitCode: 1, left: 20 });
      expect(double.requests.length).toBeLessThanOrEqual(4);
    });

    test('is refused where a stand-in takes the replies', async () => {
      const { table } = memoryTable([messageItem(1)]);
      const { exitCode } = await erase(table, ['--yes', '--redact-at-twilio'], {
        target: { twilioStandIn: { baseUrl: 'http://127.0.0.1:9' } },
      });
      expect(exitCode).toBe(2);
    });
  });
});

describe('the table, to delete from', () => {
  const { signal } = new AbortController();
  const keys = Array.from({ length: 60 }, (_, at) => ({ pk: `p${at}`, sk: 's' }));

  test('deletes 25 keys at a time, and repeats what DynamoDB has not done', async () => {
    const sizes: number[] = [];
    const delays: number[] = [];
    const table = createErasableTable(
      {
        scan: () => Promise.reject(new Error('not in this test')),
        batchWriteItem: ({ RequestItems = {} }) => {
          const requests = RequestItems['T'] ?? [];
          sizes.push(requests.length);
          return Promise.resolve(requests.length > 20 ? { UnprocessedItems: { T: requests.slice(0, 5) } } : {});
        },
      },
      { tableName: 'T', signal, sleep: (ms) => Promise.resolve(void delays.push(ms)) },
    );
    await table.delete(keys);
    expect(sizes).toEqual([25, 5, 25, 5, 10]);
    expect(delays).toEqual([100, 100]);
  });

  test('waits while it is throttled, then says that the command can be run again', async () => {
    const delays: number[] = [];
    const throttled = () => Promise.reject(Object.assign(new Error('slow'), { name: 'ThrottlingException' }));
    const table = createErasableTable(
      { scan: throttled, batchWriteItem: throttled },
      { tableName: 'T', signal, sleep: (ms) => Promise.resolve(void delays.push(ms)) },
    );
    await expect(table.delete(keys)).rejects.toThrow(/Run the same command again/);
    await expect(table.scan().next()).rejects.toThrow(/throttles/);
    expect(delays.slice(0, 4)).toEqual([100, 200, 400, 800]);
    expect(Math.max(...delays)).toBe(10_000);
  });
});
