import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type ReceiveMessageCommandInput,
  type SendMessageCommandInput,
} from '@aws-sdk/client-sqs';
import { only, startSqs, type SqsFixture } from './fixture';

let fixture: SqsFixture;
let QueueUrl: string;

beforeEach(async () => {
  fixture = await startSqs();
  QueueUrl = fixture.sqs.createQueue('events', { VisibilityTimeout: 30 }).url;
});
afterEach(() => fixture.close());

const send = (MessageBody: string, rest: Partial<SendMessageCommandInput> = {}) =>
  fixture.client.send(new SendMessageCommand({ QueueUrl, MessageBody, ...rest }));
const receive = async (rest: Partial<ReceiveMessageCommandInput> = {}) =>
  (await fixture.client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...rest }))).Messages;
const remove = (ReceiptHandle: string | undefined) =>
  fixture.client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
const counts = async () => {
  const { Attributes = {} } = await fixture.client.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
  );
  return {
    visible: Number(Attributes.ApproximateNumberOfMessages),
    inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible),
    delayed: Number(Attributes.ApproximateNumberOfMessagesDelayed),
  };
};

describe('sending and receiving', () => {
  test('a message arrives with its body, digests and attributes, which the SDK checks', async () => {
    const body = 'héllo 🌍\t\r\n\u{10FFFF}';
    const sent = await send(body, {
      MessageGroupId: 'AC00000000000000000000000000000001',
      MessageAttributes: {
        route: { DataType: 'String', StringValue: '/messages' },
        size: { DataType: 'Number', StringValue: '17' },
        raw: { DataType: 'Binary.png', BinaryValue: Uint8Array.of(0, 255, 7) },
      },
      MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: 'Root=1-5759e988' } },
    });
    const message = only(
      await receive({ MessageSystemAttributeNames: ['All'], MessageAttributeNames: ['r.*', 'size', 'ra.*'] }),
    );
    expect(message.Body).toBe(body);
    expect(message.MessageId).toBe(sent.MessageId);
    expect(message.MessageAttributes).toEqual({
      size: { DataType: 'Number', StringValue: '17' },
      route: { DataType: 'String', StringValue: '/messages' },
      raw: { DataType: 'Binary.png', BinaryValue: Uint8Array.of(0, 255, 7) },
    });
    expect(message.MD5OfMessageAttributes).toBe(sent.MD5OfMessageAttributes);
    expect(sent.MD5OfMessageSystemAttributes).toMatch(/^[0-9a-f]{32}$/);
    expect(message.Attributes).toEqual({
      ApproximateFirstReceiveTimestamp: message.Attributes?.SentTimestamp,
      ApproximateReceiveCount: '1',
      AWSTraceHeader: 'Root=1-5759e988',
      MessageGroupId: 'AC00000000000000000000000000000001',
      SenderId: '000000000000',
      SentTimestamp: expect.stringMatching(/^\d{13}$/),
    });
  });

  test('the digest of message attributes covers name, type and value, with their lengths', async () => {
    const sent = await send('x', {
      MessageAttributes: { timestamp: { DataType: 'Number', StringValue: '1493147359900' } },
    });
    expect(sent.MD5OfMessageAttributes).toBe('235c5c510d26fb653d073faed50ae77c');
  });

  test('returns only the requested attributes', async () => {
    await send('x', { MessageAttributes: { a: { DataType: 'String', StringValue: '1' } } });
    expect(Object.keys(only(await receive())).sort()).toEqual(['Body', 'MD5OfBody', 'MessageId', 'ReceiptHandle']);
  });

  test('a message in flight is hidden until its visibility timeout ends, and counts its receives', async () => {
    await send('x');
    const first = only(await receive());
    expect(await receive()).toBeUndefined();
    expect(await counts()).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
    fixture.advance(29.9);
    expect(await receive()).toBeUndefined();
    fixture.advance(0.1);
    expect(await counts()).toEqual({ visible: 1, inFlight: 0, delayed: 0 });
    const second = only(await receive({ AttributeNames: ['All'] }));
    expect(second.ReceiptHandle).not.toBe(first.ReceiptHandle);
    expect(second.Attributes?.ApproximateReceiveCount).toBe('2');
  });

  test('a visibility timeout of 0 gives the message once in an answer, and again in the next', async () => {
    await send('x');
    only(await receive({ VisibilityTimeout: 0 }));
    const again = only(
      await receive({ VisibilityTimeout: 0, MessageSystemAttributeNames: ['ApproximateReceiveCount'] }),
    );
    expect(again.Attributes).toEqual({ ApproximateReceiveCount: '2' });
  });

  test('a delayed message is not given out early', async () => {
    await send('later', { DelaySeconds: 60 });
    expect(await counts()).toEqual({ visible: 0, inFlight: 0, delayed: 1 });
    expect(await receive()).toBeUndefined();
    fixture.advance(60);
    expect(only(await receive()).Body).toBe('later');
  });

  test('a message is gone at the end of the retention period, even in flight', async () => {
    QueueUrl = fixture.sqs.createQueue('short', { MessageRetentionPeriod: '60' }).url;
    await send('a');
    await send('b');
    await receive({ MaxNumberOfMessages: 1 });
    fixture.advance(60);
    expect(await counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    expect(await receive()).toBeUndefined();
  });

  test('a backlog of one message group does not delay another', async () => {
    for (const [n, MessageGroupId] of ['noisy', 'noisy', 'noisy', 'quiet'].entries())
      await send(`${MessageGroupId} ${n}`, { MessageGroupId });
    await send('no group');
    const order = ((await receive()) ?? []).map(({ Body }) => Body);
    expect(order).toEqual(['noisy 0', 'quiet 3', 'no group', 'noisy 1', 'noisy 2']);
  });
});

describe('long polling', () => {
  test('wakes for a message that is sent meanwhile', async () => {
    const waiting = receive({ WaitTimeSeconds: 20 });
    const other = receive({ WaitTimeSeconds: 20 });
    await send('a');
    await send('b');
    const bodies = [only(await waiting).Body, only(await other).Body];
    expect(bodies.sort()).toEqual(['a', 'b']);
  });

  test('wakes for a message whose visibility timeout ends', async () => {
    await fixture.close();
    fixture = await startSqs({ now: Date.now });
    QueueUrl = fixture.sqs.createQueue('events').url;
    await send('x');
    await receive({ VisibilityTimeout: 1 });
    expect(only(await receive({ WaitTimeSeconds: 20 })).Body).toBe('x');
  });

  test('wakes for a message that is given back', async () => {
    await send('x');
    const { ReceiptHandle } = only(await receive());
    const waiting = receive({ WaitTimeSeconds: 20 });
    await fixture.client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
    expect(only(await waiting).Body).toBe('x');
  });

  test('answers with nothing when the time is over', async () => {
    expect(await receive({ WaitTimeSeconds: 1 })).toBeUndefined();
  });

  test('receives no message for a caller that has disconnected', async () => {
    const abort = new AbortController();
    const gone = fixture.client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }), {
      abortSignal: abort.signal,
    });
    // A second poll is answered only after the first one waits.
    await receive({ WaitTimeSeconds: 1 });
    abort.abort();
    await expect(gone).rejects.toThrow(/abort/i);
    // The server notices when the connection is closed.
    await receive({ WaitTimeSeconds: 1 });
    await send('x');
    expect(only(await receive()).Body).toBe('x');
  });

  test('ends when a caller in this process aborts, without a message', async () => {
    const abort = new AbortController();
    const waiting = fixture.sqs.actions.ReceiveMessage({ QueueUrl, WaitTimeSeconds: 20 }, { signal: abort.signal });
    abort.abort();
    expect(await waiting).toEqual({});
    expect(await fixture.sqs.actions.ReceiveMessage({ QueueUrl }, { signal: abort.signal })).toEqual({});
    await send('x');
    expect(await counts()).toEqual({ visible: 1, inFlight: 0, delayed: 0 });
  });
});

describe('receipt handles', () => {
  test('a deleted message is never received again', async () => {
    await send('x');
    await remove(only(await receive()).ReceiptHandle);
    fixture.advance(43_200);
    expect(await receive()).toBeUndefined();
    expect(await counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  test('the last handle deletes even after the visibility timeout, and deleting twice is not an error', async () => {
    await send('x');
    const { ReceiptHandle } = only(await receive());
    fixture.advance(31);
    await remove(ReceiptHandle);
    await remove(ReceiptHandle);
    expect(await receive()).toBeUndefined();
  });

  test('an old handle does not delete a message that was received again', async () => {
    await send('x');
    const old = only(await receive());
    fixture.advance(30);
    const current = only(await receive());
    await remove(old.ReceiptHandle);
    expect(await counts()).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
    await remove(current.ReceiptHandle);
    expect(await counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  test('rejects a handle of another queue, and a malformed one', async () => {
    const other = fixture.sqs.createQueue('other').url;
    await send('x');
    const { ReceiptHandle } = only(await receive());
    for (const input of [
      { QueueUrl, ReceiptHandle: 'nonsense' },
      { QueueUrl: other, ReceiptHandle },
    ]) {
      await expect(fixture.client.send(new DeleteMessageCommand(input))).rejects.toMatchObject({
        name: 'ReceiptHandleIsInvalid',
      });
    }
    expect(await counts()).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
  });

  test('rejects a new visibility timeout for a message that is visible, old or gone', async () => {
    const change = (ReceiptHandle: string | undefined, VisibilityTimeout = 10) =>
      fixture.client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));
    await send('x');
    const first = only(await receive());
    await change(first.ReceiptHandle, 100);
    fixture.advance(99);
    expect(await receive()).toBeUndefined();
    await expect(change(first.ReceiptHandle, 43_200)).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
    fixture.advance(1);
    await expect(change(first.ReceiptHandle)).rejects.toMatchObject({
      name: 'MessageNotInflight',
      Code: 'AWS.SimpleQueueService.MessageNotInflight',
    });
    const second = only(await receive());
    await expect(change(first.ReceiptHandle)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await remove(second.ReceiptHandle);
    await expect(change(second.ReceiptHandle)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });
});

describe('batches', () => {
  test('send, hide and delete ten messages at a time; a bad entry fails alone', async () => {
    const Entries = Array.from({ length: 9 }, (_, n) => ({ Id: `id-${n}`, MessageBody: `body ${n}` }));
    const sent = await fixture.client.send(
      new SendMessageBatchCommand({ QueueUrl, Entries: [...Entries, { Id: 'bad', MessageBody: '\u0000' }] }),
    );
    expect(sent.Successful?.map(({ Id }) => Id)).toEqual(Entries.map(({ Id }) => Id));
    expect(sent.Failed).toEqual([
      expect.objectContaining({ Id: 'bad', SenderFault: true, Code: 'InvalidMessageContents' }),
    ]);

    const messages = (await receive()) ?? [];
    expect(messages).toHaveLength(9);
    const handles = messages.map(({ ReceiptHandle }, n) => ({ Id: `${n}`, ReceiptHandle }));
    const hidden = await fixture.client.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl,
        Entries: [
          ...handles.map((entry) => ({ ...entry, VisibilityTimeout: 0 })),
          { Id: 'bad', ReceiptHandle: 'nonsense', VisibilityTimeout: 0 },
        ],
      }),
    );
    expect(hidden.Successful).toHaveLength(9);
    expect(hidden.Failed?.map(({ Code }) => Code)).toEqual(['ReceiptHandleIsInvalid']);
    expect(await counts()).toEqual({ visible: 9, inFlight: 0, delayed: 0 });

    const deleted = await fixture.client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: handles }));
    expect(deleted.Successful).toHaveLength(9);
    expect(await counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  const entry = (Id: string, MessageBody = 'x') => ({ Id, MessageBody });
  test.each([
    ['no entry', [], 'EmptyBatchRequest'],
    ['eleven entries', Array.from({ length: 11 }, (_, n) => entry(`${n}`)), 'TooManyEntriesInBatchRequest'],
    ['an id twice', [entry('a'), entry('a')], 'BatchEntryIdsNotDistinct'],
    ['an id with a space', [entry('a b')], 'InvalidBatchEntryId'],
    [
      'more than 1 MiB in all',
      [entry('a', 'x'.repeat(524_289)), entry('b', 'x'.repeat(524_288))],
      'BatchRequestTooLong',
    ],
  ])('rejects a batch with %s and sends nothing', async (_what, Entries, name) => {
    await expect(fixture.client.send(new SendMessageBatchCommand({ QueueUrl, Entries }))).rejects.toMatchObject({
      name,
      Code: `AWS.SimpleQueueService.${name}`,
    });
    expect(await counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });
});

describe('limits', () => {
  test('1,048,576 bytes are taken, attributes included', async () => {
    await send('é'.repeat(524_288));
    await send('x'.repeat(1_048_576 - 'aString1'.length), {
      MessageAttributes: { a: { DataType: 'String', StringValue: '1' } },
    });
    expect(await counts()).toMatchObject({ visible: 2 });
  });

  const attribute = (DataType: string, StringValue: string) => ({
    MessageAttributes: { a: { DataType, StringValue } },
  });
  test.each<[string, Partial<SendMessageCommandInput>, string]>([
    ['one byte too many', { MessageBody: 'é'.repeat(524_288) + 'x' }, 'InvalidParameterValue'],
    [
      'an attribute too many',
      { MessageBody: 'x'.repeat(1_048_576 - 'aString1'.length + 1), ...attribute('String', '1') },
      'InvalidParameterValue',
    ],
    ['an empty body', { MessageBody: '' }, 'MissingParameter'],
    ['no body', { MessageBody: undefined }, 'MissingParameter'],
    ['U+0000', { MessageBody: 'a\u0000' }, 'InvalidMessageContents'],
    ['U+001F', { MessageBody: 'a\u001f' }, 'InvalidMessageContents'],
    ['U+FFFE', { MessageBody: 'a\ufffe' }, 'InvalidMessageContents'],
    ['U+FFFF', { MessageBody: 'a\uffff' }, 'InvalidMessageContents'],
    ['a lone surrogate', { MessageBody: 'a\ud800' }, 'InvalidMessageContents'],
    ['a delay of 901 seconds', { DelaySeconds: 901 }, 'InvalidParameterValue'],
    ['an empty group id', { MessageGroupId: '' }, 'InvalidParameterValue'],
    ['a group id of 129 characters', { MessageGroupId: 'x'.repeat(129) }, 'InvalidParameterValue'],
    ['a deduplication id', { MessageDeduplicationId: 'x' }, 'InvalidParameterValue'],
    ['an attribute of no known type', attribute('Text', 'x'), 'InvalidParameterValue'],
    ['an attribute that is not a number', attribute('Number', 'x'), 'InvalidParameterValue'],
    ['an empty attribute', attribute('String', ''), 'InvalidParameterValue'],
    [
      'a reserved attribute name',
      { MessageAttributes: { 'AWS.x': { DataType: 'String', StringValue: 'x' } } },
      'InvalidParameterValue',
    ],
  ])('rejects %s and sends nothing', async (_what, input, name) => {
    await expect(send('x', input)).rejects.toMatchObject({ name });
    expect(await counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  // A name that the type does not allow, as another client may send.
  const unknownAttribute = JSON.parse('["Colour"]') as 'All'[];
  test.each<[string, Partial<ReceiveMessageCommandInput>, string]>([
    ['0 messages', { MaxNumberOfMessages: 0 }, 'InvalidParameterValue'],
    ['11 messages', { MaxNumberOfMessages: 11 }, 'InvalidParameterValue'],
    ['a wait of 21 seconds', { WaitTimeSeconds: 21 }, 'InvalidParameterValue'],
    ['a visibility timeout of 43201 seconds', { VisibilityTimeout: 43_201 }, 'InvalidParameterValue'],
    ['a negative visibility timeout', { VisibilityTimeout: -1 }, 'InvalidParameterValue'],
    ['an unknown attribute', { MessageSystemAttributeNames: unknownAttribute }, 'InvalidAttributeName'],
    ['a FIFO parameter', { ReceiveRequestAttemptId: 'x' }, 'UnsupportedOperation'],
  ])('rejects a receive with %s, and receives no message', async (_what, input, name) => {
    await send('x');
    await expect(receive(input)).rejects.toMatchObject({ name });
    expect(await counts()).toEqual({ visible: 1, inFlight: 0, delayed: 0 });
  });
});
