import { SQSClient, type DeleteMessageBatchCommandInput, type SendMessageBatchCommandInput } from '@aws-sdk/client-sqs';
import { createSendToLane } from '../../../lambda/drain/aws/lane-queue';
import { createRegionQueue } from '../../../lambda/drain/aws/region-queue';
import type { RegionMessage } from '../../../lambda/drain/ports';

const queueUrl = 'https://sqs.us-west-2.amazonaws.com/123456789012/lane';
const { signal } = new AbortController();
const config = { region: 'us-west-2' };
/** What SQS answers, one after the other. */
let answers: (object | Error)[];
let inputs: object[];
beforeEach(() => {
  [answers, inputs] = [[], []];
  jest.spyOn(SQSClient.prototype, 'send').mockImplementation(({ input }: { readonly input: object }): unknown => {
    inputs.push(input);
    const answer = answers.shift() ?? new Error('not expected');
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  });
});
afterEach(() => jest.restoreAllMocks());

const messageOf = (at: number, body = 'a=b'): RegionMessage => ({
  messageId: `message-${at}`,
  receiptHandle: `handle-${at}`,
  body,
  attributes: { Signature: 'c2lnbmF0dXJl' },
});
const successful = (...ids: readonly string[]) => ({ Successful: ids.map((Id) => ({ Id })) });

describe('the queue at home', () => {
  const send = (...messages: readonly RegionMessage[]) => createSendToLane(queueUrl, config)(messages, signal);
  const entriesOf = (input: object | undefined) => (input as SendMessageBatchCommandInput | undefined)?.Entries ?? [];

  test('has the body and the attributes of each message', async () => {
    answers = [successful('0', '1')];
    const messages = [messageOf(0), messageOf(1)];
    expect(await send(...messages)).toEqual({ sent: messages, errorName: undefined });
    expect(inputs).toEqual([
      {
        QueueUrl: queueUrl,
        Entries: ['0', '1'].map((Id) => ({
          Id,
          MessageBody: 'a=b',
          MessageAttributes: { Signature: { DataType: 'String', StringValue: 'c2lnbmF0dXJl' } },
        })),
      },
    ]);
  });

  test('takes no more than 256 kB in a request, with what every attribute has', async () => {
    answers = [successful('0', '1'), successful('0')];
    // Two of them have as many bytes as a request may have.
    const long = 'é'.repeat((128 * 1024 - 28) / 2) + 'a';
    expect(Buffer.byteLength(long) + Buffer.byteLength('SignatureStringc2lnbmF0dXJl')).toBe(128 * 1024);
    const messages = [0, 1, 2].map((at) => messageOf(at, long));
    expect((await send(...messages)).sent).toEqual(messages);
    expect(inputs.map((input) => entriesOf(input).length)).toEqual([2, 1]);
  });

  test('has taken only what its answer names', async () => {
    answers = [{ ...successful('1'), Failed: [{ Id: '0', Code: 'InternalError' }] }];
    expect(await send(messageOf(0), messageOf(1))).toEqual({ sent: [messageOf(1)], errorName: 'InternalError' });
    answers = [successful('0')];
    expect(await send(messageOf(0), messageOf(1))).toEqual({ sent: [messageOf(0)], errorName: 'IncompleteAnswer' });
  });

  test('has taken the first request if the second one fails, and nothing if the first one does', async () => {
    const error = Object.assign(new Error('names a queue'), { name: 'ServiceUnavailable' });
    const messages = [0, 1, 2].map((at) => messageOf(at, 'a'.repeat(127 * 1024)));
    answers = [successful('0', '1'), error];
    expect(await send(...messages)).toMatchObject({ sent: messages.slice(0, 2), errorName: 'ServiceUnavailable' });
    answers = [error];
    await expect(send(...messages)).rejects.toBe(error);
  });
});

describe('the queue of the other region', () => {
  const open = () => createRegionQueue(queueUrl, 'us-west-2');

  test('gives the texts that API Gateway writes, and the time at which SQS took them', async () => {
    const text = (StringValue: string) => ({ DataType: 'String', StringValue });
    answers = [
      {
        Messages: [
          {
            MessageId: 'message-0',
            ReceiptHandle: 'handle-0',
            Body: 'a=b',
            Attributes: { SentTimestamp: '1769850000000' },
            // The last two by a caller, with a quote in a header.
            MessageAttributes: { Signature: text('c2ln'), ApiId: text('abc'), SentAt: text('1'), More: text('x') },
          },
        ],
      },
    ];
    expect(await open().receive(signal)).toEqual([
      {
        messageId: 'message-0',
        receiptHandle: 'handle-0',
        body: 'a=b',
        attributes: { Signature: 'c2ln', ApiId: 'abc', SentAt: '1769850000000' },
      },
    ]);
    expect(inputs).toMatchObject([
      {
        MessageAttributeNames: ['Signature', 'ContentType', 'RequestId', 'SourceIp', 'ApiId'],
        MessageSystemAttributeNames: ['SentTimestamp'],
        // Else an answer without messages does not mean that there are none.
        WaitTimeSeconds: 1,
      },
    ]);
  });

  test('an answer without messages is an empty queue', async () => {
    answers = [{}];
    expect(await open().receive(signal)).toEqual([]);
  });

  test('deletes by receipt handle, and says which error one had', async () => {
    answers = [{}, { Failed: [{ Id: '1', Code: 'InternalError' }] }];
    expect(await open().remove([messageOf(4), messageOf(7)], signal)).toBeUndefined();
    expect((inputs[0] as DeleteMessageBatchCommandInput).Entries).toEqual([
      { Id: '0', ReceiptHandle: 'handle-4' },
      { Id: '1', ReceiptHandle: 'handle-7' },
    ]);
    expect(await open().remove([messageOf(4), messageOf(7)], signal)).toBe('InternalError');
  });
});
