import type * as Handler from '../../../lambda/consumer/handler';
import { startAwsStub } from '../ingress/aws/aws-stub';
import { messageEnvelope, nextMessageSid, queueRecord } from './webhooks';

test('the handler, wired from its environment, writes the lines of a batch and its metrics before it returns', async () => {
  const aws = await startAwsStub(() => ({ status: 200, body: {} }));
  const written: string[] = [];
  const original = { ...process.env };
  const stdout = jest.spyOn(process.stdout, 'write').mockImplementation((line) => written.push(String(line)) > 0);
  Object.assign(process.env, {
    STAGE_NAME: 'dev',
    TABLE_NAME: 'table',
    EVENT_QUEUE_URL: `${aws.endpoint}/123456789012/events`,
    RETENTION_DAYS: '0',
    CONVERSATION_INDEX: '',
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: aws.endpoint,
  });
  try {
    // Reads its environment when it is loaded, so it is loaded here.
    const { handler } = jest.requireActual<typeof Handler>('../../../lambda/consumer/handler');
    const Records = ['a', 'b'].map((id) => queueRecord(id, messageEnvelope(nextMessageSid())));
    // Lambda adds what the consumer does not read.
    const event = { Records } as Parameters<typeof handler>[0];
    expect(await handler(event, { getRemainingTimeInMillis: () => 30_000 })).toEqual({ batchItemFailures: [] });
    expect(written.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({ reason: 'record_stored' }),
      expect.objectContaining({ reason: 'record_stored', service: 'consumer', Stage: 'dev', RecordStored: 2 }),
    ]);
  } finally {
    process.env = original;
    stdout.mockRestore();
    await aws.stop();
  }
});
