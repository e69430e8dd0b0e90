import { DynamoDBClient, paginateScan, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { encodeEnvelope } from '../../lambda/shared/payload/envelope';
import { localCredentials, localRegion } from '../../local/server/aws-identity';
import { fromNumber, testAccount, toNumber } from '../helpers/test-account';
import { encodeForm, newMessageSid, postForm, smsForm } from '../helpers/webhooks';
import { eventually, workingDirectory, type ReadyGateway, type WorkingDirectory } from './gateway-process';

interface MessageJson {
  readonly sid: string;
  readonly body: string | null;
  readonly receivedAt: string;
}
interface SentJson {
  readonly ok: boolean;
  readonly sid: string;
  readonly eventId: string;
  readonly answers: readonly { readonly status: number }[];
}
interface DeadLetterJson {
  readonly id: string;
  readonly receiveCount: number;
  readonly reason: string;
}

const isoTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;
const startTimeoutMs = 60_000;

// As in a terminal session: each test leaves the gateway usable for the next.
describe('npx gateway, in the directory of a running npm start', () => {
  let directory: WorkingDirectory;
  let gateway: ReadyGateway;
  let sqs: SQSClient;
  let dynamodb: DynamoDBClient;
  beforeAll(async () => {
    directory = workingDirectory();
    gateway = await directory.startReady(['--port', '0'], {
      TWILIO_ACCOUNT_SID: testAccount.accountSid,
      TWILIO_AUTH_TOKEN: testAccount.authToken,
    });
    const { endpoints } = gateway.state;
    const client = { region: localRegion, credentials: localCredentials, maxAttempts: 1 };
    sqs = new SQSClient({ ...client, endpoint: endpoints.sqs });
    dynamodb = new DynamoDBClient({ ...client, endpoint: endpoints.dynamodb });
  }, startTimeoutMs);
  afterAll(async () => {
    sqs.destroy();
    dynamodb.destroy();
    await directory.remove();
  });

  const list = (...args: readonly string[]): Promise<MessageJson[]> =>
    directory.gatewayJson('messages', 'list', ...args);
  const send = (...args: readonly string[]): Promise<SentJson> => directory.gatewayJson('send', ...args);
  /** @param place what follows the account in the partition key */
  const itemsOf = async (place: string): Promise<Record<string, AttributeValue>[]> => {
    const items: Record<string, AttributeValue>[] = [];
    for await (const page of paginateScan({ client: dynamodb }, { TableName: gateway.state.tableName })) {
      items.push(...(page.Items ?? []));
    }
    return items.filter(({ pk }) => pk?.S === `${testAccount.accountSid}#${place}`);
  };

  test('messages list prints [] and ends with 0 if there is nothing', async () => {
    const [messages, deadLetters] = await Promise.all([list(), directory.gatewayJson('dead-letters', 'list')]);
    expect(messages).toEqual([]);
    expect(deadLetters).toEqual([]);
  });

  test('send sms: the message is listed, byte for byte', async () => {
    const { stdout, code } = await directory.gateway(
      ...['send', 'sms', '--from', '+15550100001', '--body', 'héllo 🌍'],
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^200 {2}text\/xml {2}.*<Response\s*\/>$/m);
    const messages = await eventually(async () => {
      const found = await list();
      expect(found).toHaveLength(1);
      return found;
    });
    expect(messages).toEqual([
      {
        sid: expect.stringMatching(/^SM[0-9a-f]{32}$/) as string,
        accountSid: testAccount.accountSid,
        direction: 'inbound',
        from: '+15550100001',
        to: toNumber,
        body: 'héllo 🌍',
        media: [],
        status: 'received',
        errorCode: null,
        receivedAt: isoTime,
        updatedAt: isoTime,
        optOutType: null,
        messageType: null,
        query: '',
        via: null,
      },
    ]);
  });

  test('send sms --repeat 5: five answers, one message', async () => {
    const sid = newMessageSid();
    const sent = await send('sms', '--sid', sid, '--repeat', '5');
    expect(sent.answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    await eventually(async () => expect(await itemsOf(`MESSAGE#${sid}`)).toHaveLength(1));
  });

  test('send sms --tamper: it is rejected, and not stored', async () => {
    const sid = newMessageSid();
    const sent = await send('sms', '--sid', sid, '--tamper');
    expect(sent).toMatchObject({ ok: true, answers: [{ status: 403 }] });
    const shown = await directory.gateway('messages', 'show', sid);
    expect(shown).toMatchObject({ code: 1, stdout: '' });
    expect(shown.stderr).toContain(sid);
  });

  test('send status: out of order and twice each, the message is delivered, with a history of three', async () => {
    const sid = newMessageSid();
    for (const status of ['delivered', 'queued', 'sent']) {
      const sent = await send(...['status', '--sid', sid, '--status', status, '--query', 'order=17', '--repeat', '2']);
      expect(sent.answers.map((answer) => answer.status)).toEqual([204, 204]);
    }
    const shown = await eventually(async () => {
      const message = await directory.gatewayJson<{
        readonly history: readonly { readonly status: string }[];
      }>(...['messages', 'show', sid]);
      expect(message.history).toHaveLength(3);
      return message;
    });
    const row = (status: string) => ({
      status,
      errorCode: null,
      receivedAt: isoTime,
      query: 'order=17',
      params: expect.objectContaining({ MessageSid: sid, MessageStatus: status }) as object,
    });
    expect(shown).toMatchObject({ sid, direction: 'outbound', status: 'delivered', errorCode: null });
    expect(shown.history).toEqual(expect.arrayContaining(['delivered', 'queued', 'sent'].map(row)));
  });

  test('send status with error 21610: opt-outs list has its recipient', async () => {
    const sid = newMessageSid();
    const person = '+15550100061';
    await send('status', '--sid', sid, '--status', 'failed', '--error-code', '21610', '--to', person);
    await eventually(async () =>
      expect(await directory.gatewayJson('opt-outs', 'list', '--number', person, '--state', 'STOP')).toEqual([
        {
          accountSid: testAccount.accountSid,
          state: 'STOP',
          person,
          own: toNumber,
          source: '21610',
          changedAt: isoTime,
          messageSid: sid,
          from: toNumber,
          to: person,
        },
      ]),
    );
  });

  test('send mms, whatsapp: their media and addresses are stored', async () => {
    const [mms, whatsapp] = await Promise.all([
      send('mms', '--body', '', '--media', 'https://media.example.com/a.png'),
      send('whatsapp', '--from', fromNumber),
    ]);
    const stored = await eventually(async () => {
      const messages = (await list()).filter(({ sid }) => [mms.sid, whatsapp.sid].includes(sid));
      expect(messages).toHaveLength(2);
      return messages;
    });
    expect(stored.find(({ sid }) => sid === mms.sid)).toMatchObject({
      body: '',
      media: [{ url: 'https://media.example.com/a.png', contentType: 'image/png' }],
    });
    expect(stored.find(({ sid }) => sid === whatsapp.sid)).toMatchObject({ from: `whatsapp:${fromNumber}` });
  });

  test('send usage, event: each is one event, however often it is sent', async () => {
    const [usage, event] = await Promise.all([send('usage', '--repeat', '3'), send('event', '--repeat', '2')]);
    expect([...usage.answers, ...event.answers].map(({ status }) => status)).toEqual([204, 204, 204, 204, 204]);
    for (const { eventId } of [usage, event]) {
      await eventually(async () => expect(await itemsOf(eventId)).toHaveLength(1));
    }
  });

  test('send event --json-events: each event of the batch is stored', async () => {
    const { answers, eventId } = await send('event', '--json-events', '--repeat', '2');
    expect(answers.map(({ status }) => status)).toEqual([204, 204]);
    await eventually(async () => expect(await itemsOf(eventId)).toHaveLength(1));
  });

  test('messages list: 50 by default, newest first, and as many pages as --limit needs', async () => {
    const sids: string[] = [];
    for (let count = 0; count < 55; count += 1) {
      const form = smsForm();
      expect((await postForm(gateway.state.webhooks.messages, form)).status).toBe(200);
      sids.push(String(form['MessageSid']));
    }
    const all = await eventually(async () => {
      const found = await list('--limit', '1000');
      expect(found.map(({ sid }) => sid)).toEqual(expect.arrayContaining(sids));
      return found;
    });
    const times = all.map(({ receivedAt }) => receivedAt);
    expect(times).toEqual([...times].sort().reverse());
    expect((await list()).map(({ sid }) => sid)).toEqual(all.slice(0, 50).map(({ sid }) => sid));
    expect((await list('--limit', '1')).map(({ sid }) => sid)).toEqual([sids.at(-1)]);
  });

  describe('a poison message on the queue', () => {
    const good = newMessageSid();
    let poisonId = '';
    const deadLetters = (): Promise<DeadLetterJson[]> => directory.gatewayJson('dead-letters', 'list');

    test('is a dead letter with a reason after five receives; good messages are stored meanwhile', async () => {
      const form = smsForm({ MessageSid: good });
      const { Successful = [] } = await sqs.send(
        new SendMessageBatchCommand({
          QueueUrl: gateway.state.queues.events,
          Entries: [
            { Id: 'poison', MessageBody: 'this is no envelope' },
            {
              Id: 'good',
              MessageBody: encodeEnvelope({
                eventId: good,
                signedTextHash: 'f'.repeat(64),
                kind: 'message',
                route: 'messages',
                accountSid: testAccount.accountSid,
                contentType: 'form',
                body: Buffer.from(encodeForm(form)),
                query: '',
                receivedAt: new Date().toISOString(),
                requestId: '00000000-0000-4000-8000-000000000000',
                tokenSlot: 'current',
              }),
            },
          ],
        }),
      );
      poisonId = Successful.find(({ Id }) => Id === 'poison')?.MessageId ?? '';
      const letters = await eventually(async () => {
        const found = await deadLetters();
        expect(found).toHaveLength(1);
        return found;
      });
      expect(letters).toEqual([
        {
          id: poisonId,
          receiveCount: 5,
          sentAt: isoTime,
          reason: expect.stringMatching(/^not_json: /) as string,
          kind: null,
          eventId: null,
        },
      ]);
      // Two consumer environments log at the same time: lines may be out of order.
      expect([...receivesOf(poisonId)].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5]);
      expect(await itemsOf(`MESSAGE#${good}`)).toHaveLength(1);
    });

    /** The consumer's log lines of each receive. */
    const receivesOf = (messageId: string): number[] =>
      gateway
        .stderr()
        .split('\n')
        .filter((line) => line.includes(messageId) && line.includes('"poison_envelope"'))
        .map((line) => (JSON.parse(line) as { readonly receiveCount: number }).receiveCount);

    test('is shown, without its content', async () => {
      const shown = await directory.gateway('dead-letters', 'show', poisonId);
      expect(shown.code).toBe(0);
      expect(shown.stdout).toMatch(/not_json/);
      expect(shown.stdout).not.toContain('this is no envelope');
    });

    test('stays a dead letter until a redrive is confirmed', async () => {
      const refused = await directory.gateway('dead-letters', 'redrive');
      expect(refused.code).toBe(1);
      expect(await deadLetters()).toMatchObject([{ id: poisonId }]);
    });

    test('is moved back by redrive, tried again, and becomes a dead letter again', async () => {
      expect(await directory.gatewayJson('dead-letters', 'redrive', '--yes')).toEqual({
        status: 'COMPLETED',
        moved: 1,
        returned: null,
      });
      await eventually(async () => {
        expect(receivesOf(poisonId).length + receivesAfterRedrive(poisonId)).toBeGreaterThan(5);
        expect(await deadLetters()).toHaveLength(1);
      });
      expect(await itemsOf(`MESSAGE#${good}`)).toHaveLength(1);
    });

    /** A redrive sends a new message, which may have a new id. */
    const receivesAfterRedrive = (messageId: string): number =>
      gateway
        .stderr()
        .split('\n')
        .filter((line) => !line.includes(messageId) && line.includes('"poison_envelope"')).length;
  });

  test('erase: nothing of a number is left, and other messages are', async () => {
    const number = '+15550100077';
    const mine = await send('sms', '--from', number, '--body', 'mine');
    const other = await send('sms', '--from', '+15550100078', '--body', `not ${number}9`);
    await eventually(async () => expect((await list()).map(({ sid }) => sid)).toContain(other.sid));
    const counted = await directory.gatewayJson('erase', '--number', number);
    expect(counted).toMatchObject({ dryRun: true, items: 1, deadLetters: 0 });
    const { code, stdout, stderr } = await directory.gateway('erase', '--number', number, '--yes', '--json');
    // A message that waits in the queue is only a note.
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(JSON.parse(stdout)).toMatchObject({ items: 1, deadLetters: 0, left: { items: 0 } });
    const sids = (await list()).map(({ sid }) => sid);
    expect(sids).toContain(other.sid);
    expect(sids).not.toContain(mine.sid);
    expect(JSON.stringify(await itemsOf(`MESSAGE#${mine.sid}`))).toBe('[]');
  });

  test('secret status: the secret is valid, and the token is not printed', async () => {
    const { code, stdout, stderr } = await directory.gateway('secret', 'status', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([
      {
        secretId: gateway.state.secretIds[0],
        state: 'ok',
        account: expect.stringContaining('000001') as string,
      },
    ]);
    expect(stdout + stderr).not.toContain(testAccount.authToken);
  });

  test('rejects a wrong call with exit code 2, and a directory without a gateway with 1', async () => {
    expect(await directory.gateway('messages', 'list', '--limit', 'x')).toMatchObject({
      code: 2,
      stdout: '',
    });
    const elsewhere = workingDirectory();
    const { code, stdout, stderr } = await elsewhere.gateway('messages', 'list', '--json');
    await elsewhere.remove();
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: { reason: 'no_gateway', exitCode: 1 } });
    expect(stderr).toContain('npm start');
  });

  test('no log line contains a token, a message text or a whole number', () => {
    const log = gateway.stderr();
    expect(log).toContain('"accepted"');
    for (const secret of [testAccount.authToken, 'héllo', 'this is no envelope', fromNumber, toNumber]) {
      expect(log).not.toContain(secret);
      expect(log).not.toContain(encodeURIComponent(secret));
    }
  });
});
