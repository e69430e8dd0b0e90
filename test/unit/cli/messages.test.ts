import { CliError } from '../../../cli/terminal/cli-error';
import {
  messageDetails,
  messageView,
  type MessageDetails,
  type MessageQuery,
  type MessageReader,
} from '../../../cli/clients/dynamodb/message-view';
import type { StoredItem } from '../../../cli/clients/dynamodb/stored-item';
import { accountSid, fakeSecrets, messageSid, otherAccountSid, run, secretText } from './fake-environment';

const secrets = fakeSecrets({
  first: { AWSCURRENT: secretText(accountSid, 'dummy-token-of-account-1') },
  second: { AWSCURRENT: secretText(otherAccountSid, 'dummy-token-of-account-2') },
  third: { AWSCURRENT: 'CHANGE_ME' },
});
const target = { secretIds: ['first', 'second'] };

const messageItem: StoredItem = {
  pk: { S: `MESSAGE#${messageSid}` },
  sk: { S: 'MESSAGE' },
  accountSid: { S: accountSid },
  direction: { S: 'inbound' },
  from: { S: '+15550100001' },
  to: { S: '+15550100002' },
  body: { S: 'héllo 🌍' },
  media: { L: [{ M: { url: { S: 'https://media.example.com/a.png' }, contentType: { S: 'image/png' } } }] },
  status: { S: 'received' },
  receivedAt: { S: '2026-03-04T05:06:07.008Z' },
  updatedAt: { S: '2026-03-04T05:06:07.008Z' },
  optOutType: { S: 'STOP' },
  messageType: { S: 'text' },
  query: { S: 'a=1' },
  params: { S: '{"NumMedia":"1","MediaContentType0":["image/png","image/png"]}' },
};
const statusItem = (status: string, receivedAt: string): StoredItem => ({
  pk: { S: `MESSAGE#${messageSid}` },
  sk: { S: `STATUS#${status}#-` },
  status: { S: status },
  receivedAt: { S: receivedAt },
  query: { S: 'order=17' },
  params: { S: `{"MessageStatus":"${status}"}` },
});

interface FakeReader {
  readonly reader: MessageReader;
  readonly queries: MessageQuery[];
  /** The accounts that `find` was asked for, call by call. */
  readonly asked: (readonly string[])[];
}
const fakeReader = (items: readonly StoredItem[]): FakeReader => {
  const queries: MessageQuery[] = [];
  const asked: (readonly string[])[] = [];
  return {
    queries,
    asked,
    reader: {
      list: (query) => {
        queries.push(query);
        return Promise.resolve(items.map(messageView));
      },
      find: (sid, accountSids) => {
        asked.push(accountSids);
        const found = messageDetails(sid, sid === messageSid ? items : []);
        return Promise.resolve(found === undefined ? [] : [found]);
      },
    },
  };
};

describe('gateway messages list', () => {
  it('shows the whole number of a WhatsApp message in 80 columns', async () => {
    const { reader } = fakeReader([
      { ...messageItem, from: { S: 'whatsapp:+15550100013' }, body: { S: 'x'.repeat(40) } },
    ]);
    const { data } = await run(['messages', 'list'], { target, secrets, messages: reader });
    expect(data).toMatch(/ wa:\+15550100013 +x+… +SM/);
    for (const line of data.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('prints messages as JSON, absent fields as null', async () => {
    const { reader } = fakeReader([messageItem, { pk: { S: `MESSAGE#${messageSid}` } }]);
    const result = await run(['messages', 'list', '--json'], { target, secrets, messages: reader });
    expect(result.exitCode).toBe(0);
    expect(JSON.parse(result.data)).toEqual([
      {
        sid: messageSid,
        accountSid,
        direction: 'inbound',
        from: '+15550100001',
        to: '+15550100002',
        body: 'héllo 🌍',
        media: [{ url: 'https://media.example.com/a.png', contentType: 'image/png' }],
        status: 'received',
        errorCode: null,
        receivedAt: '2026-03-04T05:06:07.008Z',
        updatedAt: '2026-03-04T05:06:07.008Z',
        optOutType: 'STOP',
        messageType: 'text',
        query: 'a=1',
        via: null,
      },
      {
        sid: messageSid,
        accountSid: null,
        direction: null,
        from: null,
        to: null,
        body: null,
        media: [],
        status: null,
        errorCode: null,
        receivedAt: null,
        updatedAt: null,
        optOutType: null,
        messageType: null,
        query: null,
        via: null,
      },
    ]);
  });

  it('reads the newest 50 of 30 days of every configured account, or as the options say', async () => {
    const { reader, queries } = fakeReader([]);
    await run(['messages', 'list'], { target, secrets, messages: reader });
    await run(['messages', 'list', '--limit', '7', '--days', '2', '--account', otherAccountSid], {
      target,
      messages: reader,
    });
    expect(queries).toMatchObject([
      {
        accountSids: [accountSid, otherAccountSid],
        limit: 50,
        since: new Date('2026-02-03'),
        until: new Date('2026-03-06'),
      },
      { accountSids: [otherAccountSid], limit: 7, since: new Date('2026-03-03') },
    ]);
  });

  it('prints an empty list as [] or No messages, and exits 0', async () => {
    const { reader } = fakeReader([]);
    expect(await run(['messages', 'list', '--json'], { target, secrets, messages: reader })).toMatchObject({
      exitCode: 0,
      data: '[]',
    });
    expect(await run(['messages', 'list'], { target, secrets, messages: reader })).toMatchObject({
      exitCode: 0,
      data: 'No messages',
    });
  });

  it('continues without an account whose secret names none, and says so on stderr', async () => {
    const { reader, queries } = fakeReader([]);
    const result = await run(['messages', 'list', '--json'], {
      target: { secretIds: ['first', 'third'] },
      secrets,
      messages: reader,
    });
    expect(result).toMatchObject({ exitCode: 0, data: '[]' });
    expect(result.notes).toContain('1 of 2');
    expect(queries).toMatchObject([{ accountSids: [accountSid] }]);
  });

  it('shows hostile bodies escaped, one line a message (CLI-ANSI)', async () => {
    const hostile = { ...messageItem, body: { S: '\u001b]52;c;ZXZpbA==\u0007\n\u202e' } };
    const result = await run(['messages', 'list', '--wide'], {
      target,
      secrets,
      messages: fakeReader([hostile]).reader,
    });
    expect(result.data.split('\n')).toHaveLength(2);
    expect(result.data).toContain('\\u001b]52;c;ZXZpbA==\\u0007\\n\\u202e');
  });

  it('prints CSV that no spreadsheet runs, and leaves JSON unchanged (CLI-CSV)', async () => {
    const body = '=HYPERLINK("http://x")';
    const { reader } = fakeReader([{ ...messageItem, body: { S: body } }]);
    const csv = await run(['messages', 'list', '--csv'], { target, secrets, messages: reader });
    expect(csv.data).toContain(`"'=HYPERLINK(""http://x"")"`);
    expect(csv.data).toContain(`"'+15550100001"`);
    const json = await run(['messages', 'list', '--json'], { target, secrets, messages: reader });
    expect(JSON.parse(json.data)).toMatchObject([{ body }]);
  });

  it.each([[['--json', '--csv']], [['--limit', '0']], [['--limit', 'many']], [['--account', 'SM1']]])(
    'rejects %s with exit code 2',
    async (args) => {
      const { reader, queries } = fakeReader([]);
      const result = await run(['messages', 'list', ...args], { target, secrets, messages: reader });
      expect(result.exitCode).toBe(2);
      expect(queries).toEqual([]);
    },
  );
});

describe('gateway messages show', () => {
  const configured = { target, secrets };
  const items = [
    statusItem('sent', '2026-03-04T05:06:08.000Z'),
    messageItem,
    statusItem('queued', '2026-03-04T05:06:07.500Z'),
  ];

  it('prints the message with parameters, and its history oldest first', async () => {
    const result = await run(['messages', 'show', messageSid, '--json'], {
      ...configured,
      messages: fakeReader(items).reader,
    });
    expect(result.exitCode).toBe(0);
    expect(JSON.parse(result.data)).toMatchObject({
      sid: messageSid,
      body: 'héllo 🌍',
      params: {
        AccountSid: accountSid,
        MessageSid: messageSid,
        From: '+15550100001',
        To: '+15550100002',
        Body: 'héllo 🌍',
        NumMedia: '1',
        MediaContentType0: ['image/png', 'image/png'],
      },
      history: [
        { status: 'queued', errorCode: null, query: 'order=17', params: { MessageStatus: 'queued' } },
        { status: 'sent', receivedAt: '2026-03-04T05:06:08.000Z' },
      ],
    });
  });

  it('leaves out a status that another account signed for this SID', async () => {
    const own = { ...statusItem('sent', '2026-03-04T05:06:08.000Z'), accountSid: { S: accountSid } };
    const foreign = {
      ...statusItem('failed', '2026-03-04T05:06:09.000Z'),
      accountSid: { S: otherAccountSid },
    };
    const result = await run(['messages', 'show', messageSid, '--json'], {
      ...configured,
      messages: fakeReader([{ ...messageItem, accountSid: { S: accountSid } }, own, foreign]).reader,
    });
    expect(JSON.parse(result.data)).toMatchObject({ history: [{ status: 'sent' }] });
  });

  it('prints all of it as text, too', async () => {
    const result = await run(['messages', 'show', messageSid], {
      ...configured,
      messages: fakeReader(items).reader,
    });
    for (const text of ['héllo 🌍', 'inbound', 'queued', 'order=17', 'https://media.example.com/a.png (image/png)']) {
      expect(result.data).toContain(text);
    }
  });

  it('shows a history whose message item is not written yet', async () => {
    const result = await run(['messages', 'show', messageSid, '--json'], {
      ...configured,
      messages: fakeReader([statusItem('sent', '2026-03-04T05:06:08.000Z')]).reader,
    });
    expect(JSON.parse(result.data)).toMatchObject({
      sid: messageSid,
      status: null,
      history: [{ status: 'sent' }],
      params: null,
    });
  });

  it('rejects an unknown SID with exit code 1 and a malformed one with 2, on stderr', async () => {
    const { reader } = fakeReader([]);
    const unknown = await run(['messages', 'show', messageSid], { ...configured, messages: reader });
    expect(unknown).toMatchObject({ exitCode: 1, data: '' });
    expect(unknown.notes).toContain(messageSid);
    expect(await run(['messages', 'show', 'nope'], { messages: reader })).toMatchObject({
      exitCode: 2,
      data: '',
    });
  });

  it('rejects with the text of an expected failure, escaped', async () => {
    const result = await run(['messages', 'show', messageSid], {
      ...configured,
      messages: {
        list: () => Promise.resolve([]),
        find: () => Promise.reject(new CliError('bad \u001b[2J')),
      },
    });
    expect(result).toMatchObject({ exitCode: 1, notes: 'bad \\u001b[2J' });
  });

  it('asks every configured account, or only that of --account without reading a secret', async () => {
    const { reader, asked } = fakeReader(items);
    await run(['messages', 'show', messageSid], { ...configured, messages: reader });
    await run(['messages', 'show', messageSid, '--account', otherAccountSid], { messages: reader });
    expect(asked).toEqual([[accountSid, otherAccountSid], [otherAccountSid]]);
  });

  it('rejects and suggests --account if the secrets cannot be read', async () => {
    const refused = Object.assign(new Error('no secretsmanager:GetSecretValue'), {
      name: 'AccessDeniedException',
    });
    const result = await run(['messages', 'show', messageSid], {
      target,
      secrets: { ...secrets, read: () => Promise.reject(refused) },
      messages: fakeReader(items).reader,
    });
    expect(result).toMatchObject({ exitCode: 1, data: '', notes: expect.stringContaining('--account') });
  });

  it('rejects a SID that messages of several accounts have, and names the accounts', async () => {
    const of = (sid: string): MessageDetails => ({
      ...messageView({ ...messageItem, accountSid: { S: sid } }),
      history: [],
      params: null,
    });
    const result = await run(['messages', 'show', messageSid], {
      ...configured,
      messages: {
        list: () => Promise.resolve([]),
        find: () => Promise.resolve([of(accountSid), of(otherAccountSid)]),
      },
    });
    expect(result).toMatchObject({ exitCode: 2, data: '' });
    expect(result.notes).toContain(accountSid);
    expect(result.notes).toContain(otherAccountSid);
  });
});
