import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { leanClient } from '../../../../lambda/aws/sdk';

test('a lean client signs its calls, logs nothing and sends no user agent', async () => {
  const logged: unknown[] = [];
  const log = (line: unknown) => void logged.push(line);
  const sent: Readonly<Record<string, string>>[] = [];
  const client = leanClient(
    new SQSClient({
      region: 'eu-west-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
      // At level debug the SDK logs its own start once.
      logger: { debug: () => undefined, info: log, warn: log, error: log },
      requestHandler: {
        handle: ({ headers }: { readonly headers: Readonly<Record<string, string>> }) => {
          sent.push(headers);
          return Promise.reject(new Error('Enough was seen.'));
        },
      },
    }),
  );
  const QueueUrl = 'https://sqs.eu-west-1.amazonaws.com/1/events';
  await expect(client.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' }))).rejects.toThrow(
    'Enough was seen.',
  );
  expect(sent).toHaveLength(1);
  expect(sent[0]?.['authorization']).toContain('AWS4-HMAC-SHA256');
  expect(Object.keys(sent[0] ?? {}).filter((name) => name.includes('user-agent'))).toEqual([]);
  expect(logged).toEqual([]);
});
