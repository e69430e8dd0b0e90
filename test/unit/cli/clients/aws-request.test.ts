import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { callerAccount, createAwsGet } from '../../../../cli/clients/aws-request';

const { signal } = new AbortController();

const withServer = async (
  status: number,
  body: string,
  use: (endpoint: string, seen: readonly IncomingMessage[]) => Promise<void>,
): Promise<void> => {
  const seen: IncomingMessage[] = [];
  const server = createServer((incoming, outgoing) => {
    seen.push(incoming);
    outgoing.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
};

describe('a signed read of an AWS service', () => {
  const before = { ...process.env };
  beforeAll(() => {
    process.env['AWS_ACCESS_KEY_ID'] = 'x';
    process.env['AWS_SECRET_ACCESS_KEY'] = 'x';
  });
  afterAll(() => {
    process.env = before;
  });

  it('goes to the endpoint in the environment, signed for service and region', async () => {
    await withServer(200, '{"a":1}', async (endpoint, seen) => {
      const get = createAwsGet('eu-west-1', { AWS_ENDPOINT_URL_LAMBDA: endpoint }, signal);
      expect(await get('lambda', '/2016-08-19/account-settings/', { 'a b': "c'd" })).toEqual({
        status: 200,
        body: '{"a":1}',
      });
      expect(seen[0]?.url).toMatch(/^\/2016-08-19\/account-settings\/\?a%20b=c('|%27)d$/);
      expect(seen[0]?.headers.authorization).toMatch(
        /^AWS4-HMAC-SHA256 Credential=x\/\d{8}\/eu-west-1\/lambda\/aws4_request, SignedHeaders=[a-z0-9;-]*host/,
      );
    });
  });

  it('gives an answer of any status back', async () => {
    await withServer(403, 'no', async (endpoint) => {
      const get = createAwsGet('eu-west-1', { AWS_ENDPOINT_URL: endpoint }, signal);
      expect(await get('lambda', '/')).toEqual({ status: 403, body: 'no' });
    });
  });

  it("rejects with the network's error code", async () => {
    let freed = '';
    await withServer(200, '', (endpoint) => {
      freed = endpoint;
      return Promise.resolve();
    });
    const get = createAwsGet('eu-west-1', { AWS_ENDPOINT_URL: freed }, signal);
    await expect(get('lambda', '/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('returns the owner of the credentials from both forms of STS answers, or undefined', async () => {
    const account =
      (body: string, status = 200) =>
      () =>
        Promise.resolve({ status, body });
    expect(await callerAccount(account('<Account>111111111111</Account>'))).toBe('111111111111');
    expect(await callerAccount(account('{"Account":"111111111111"}'))).toBe('111111111111');
    expect(await callerAccount(account('<Error/>', 403))).toBeUndefined();
    expect(await callerAccount(() => Promise.reject(new Error('no network')))).toBeUndefined();
  });
});
