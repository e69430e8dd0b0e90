import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPost } from '../../../../cli/clients/post';

/** A server for one test, on loopback. */
const withServer = async (answer: RequestListener, use: (baseUrl: string) => Promise<void>): Promise<void> => {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
};
const { signal } = new AbortController();
const request = (url: string) => ({
  url,
  headers: { 'x-twilio-signature': 's' },
  body: Buffer.from('Body=é'),
});

describe('post', () => {
  it('sends method, headers, body and raw query unchanged, and returns the whole answer', async () => {
    const seen: Pick<IncomingMessage, 'method' | 'url' | 'headers'>[] = [];
    const bodies: string[] = [];
    await withServer(
      (incoming, outgoing) => {
        seen.push(incoming);
        incoming.on('data', (chunk: Buffer) => bodies.push(chunk.toString()));
        incoming.on('end', () => outgoing.writeHead(200, { 'content-type': 'text/xml' }).end('<Response/>'));
      },
      async (baseUrl) => {
        const url = `${baseUrl}/dev/status?name='Zo%C3%AB'&a=[b]`;
        expect(await createPost(signal)(request(url))).toMatchObject({
          kind: 'answer',
          status: 200,
          contentType: 'text/xml',
          body: '<Response/>',
        });
      },
    );
    expect(seen).toMatchObject([
      {
        method: 'POST',
        url: "/dev/status?name='Zo%C3%AB'&a=[b]",
        headers: { 'x-twilio-signature': 's', 'content-length': '7' },
      },
    ]);
    expect(bodies).toEqual(['Body=é']);
  });

  it('returns the headers as received with keepHeaders', async () => {
    await withServer(
      (_, outgoing) => outgoing.writeHead(401, { 'X-Amzn-Remapped-WWW-Authenticate': 'Basic' }).end(),
      async (baseUrl) => {
        const answer = await createPost(signal)({ ...request(baseUrl), keepHeaders: true });
        expect(answer).toMatchObject({
          headers: expect.arrayContaining([['X-Amzn-Remapped-WWW-Authenticate', 'Basic']]) as unknown,
        });
        expect(await createPost(signal)(request(baseUrl))).not.toHaveProperty('headers');
      },
    );
  });

  it('returns a refused connection, a timeout, a reset and an oversized answer as failures', async () => {
    let freed = '';
    await withServer(
      () => undefined,
      (baseUrl) => {
        freed = baseUrl;
        return Promise.resolve();
      },
    );
    expect(await createPost(signal)(request(freed))).toMatchObject({ kind: 'failure', code: 'ECONNREFUSED' });
    await withServer(
      () => undefined,
      async (baseUrl) => {
        expect(await createPost(signal, 50)(request(baseUrl))).toMatchObject({
          kind: 'failure',
          code: 'TIMEOUT',
        });
      },
    );
    await withServer(
      (incoming) => incoming.socket.destroy(),
      async (baseUrl) => {
        expect(await createPost(signal)(request(baseUrl))).toMatchObject({
          kind: 'failure',
          code: 'ECONNRESET',
        });
      },
    );
    await withServer(
      (_, outgoing) => outgoing.end(Buffer.alloc(1_000_000)),
      async (baseUrl) => {
        expect(await createPost(signal)(request(baseUrl))).toMatchObject({
          kind: 'failure',
          code: 'ANSWER_TOO_LONG',
        });
      },
    );
  });
});
