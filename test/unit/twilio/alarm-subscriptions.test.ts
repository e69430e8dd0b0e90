import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SNS } from '@aws-sdk/client-sns';
import { readAlarmSubscriptions } from '../../../cli/clients/sns/alarm-subscriptions';

const page = (arns: readonly string[], next: string) => `<ListSubscriptionsByTopicResponse>
  <ListSubscriptionsByTopicResult><Subscriptions>${arns
    .map((arn) => `<member><SubscriptionArn>${arn}</SubscriptionArn><Endpoint>on-call@example.com</Endpoint></member>`)
    .join('')}</Subscriptions>${next}</ListSubscriptionsByTopicResult>
</ListSubscriptionsByTopicResponse>`;

describe('the subscriptions of the alarm topic', () => {
  it('are read to the last page through the real client, confirmed or not, without an address', async () => {
    const asked: URLSearchParams[] = [];
    const server = createServer((incoming, outgoing) => {
      let body = '';
      incoming.on('data', (chunk: Buffer) => (body += chunk.toString()));
      incoming.on('end', () => {
        const query = new URLSearchParams(body);
        asked.push(query);
        outgoing.writeHead(200, { 'content-type': 'text/xml' });
        outgoing.end(
          query.has('NextToken')
            ? page(['arn:aws:sns:x:0:t:1'], '')
            : page(['PendingConfirmation'], '<NextToken>n</NextToken>'),
        );
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const client = new SNS({
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    });
    try {
      const found = await readAlarmSubscriptions(client, 'arn:aws:sns:x:0:t', new AbortController().signal);
      expect(found).toEqual([{ isConfirmed: false }, { isConfirmed: true }]);
      expect(asked.map((query) => [query.get('TopicArn'), query.get('NextToken')])).toEqual([
        ['arn:aws:sns:x:0:t', null],
        ['arn:aws:sns:x:0:t', 'n'],
      ]);
    } finally {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });
});
