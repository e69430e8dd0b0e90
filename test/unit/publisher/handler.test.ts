import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type * as Publisher from '../../../lambda/publisher/handler';
import { recordOf, sequenceOf } from './stream';

let answers = false;
const server = createServer((_request, response) => {
  if (answers) response.end('<PublishBatchResponse><PublishBatchResult/></PublishBatchResponse>');
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on a port has an address of this type.
  const { port } = server.address() as AddressInfo;
  Object.assign(process.env, {
    STAGE_NAME: 'dev',
    TOPIC_ARN: 'arn:aws:sns:eu-central-1:000000000000:events.fifo',
    PAYLOAD: 'full',
    EVENT_BUS_ARN: '',
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_SNS: `http://127.0.0.1:${port}`,
  });
});

afterAll(() => {
  server.close();
  server.closeAllConnections();
});

test('writes the line of an event, with the metrics, before it returns', async () => {
  answers = true;
  const written: string[] = [];
  const stdout = jest.spyOn(process.stdout, 'write').mockImplementation((line) => written.push(String(line)) > 0);
  try {
    const { handler } = jest.requireActual<typeof Publisher>('../../../lambda/publisher/handler');
    const record = recordOf({ kind: 'message', from: '+15550100001', to: '+15550100002', body: 'hello' }, 0);
    const response = await handler({ Records: [record] }, { getRemainingTimeInMillis: () => 30_000 });
    expect(response).toEqual({ batchItemFailures: [] });
    expect(written.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({ reason: 'event_published', service: 'publisher', Stage: 'dev', EventPublished: 1 }),
    ]);
  } finally {
    answers = false;
    stdout.mockRestore();
  }
});

test('says in time what was not published, where SNS does not answer', async () => {
  // It reads the environment when it is loaded.
  const { handler } = jest.requireActual<typeof Publisher>('../../../lambda/publisher/handler');
  const record = recordOf({ kind: 'message', from: '+15550100001', to: '+15550100002', body: 'hello' }, 0);
  const startedAt = Date.now();
  const response = await handler({ Records: [record] }, { getRemainingTimeInMillis: () => 1_200 });
  expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: sequenceOf(record) }] });
  // One second before Lambda would end it.
  expect(Date.now() - startedAt).toBeLessThan(1_100);
});
