import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StubRequest {
  /** The operation, e.g. `SendMessage`. */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export type StubAnswer =
  | { readonly status: number; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> }
  | 'hang'
  | 'reset';

/** An AWS service of the JSON protocol that answers what the test says, on a loopback port of the system's choice. */
export const startAwsStub = async (answer: (request: StubRequest, count: number) => StubAnswer) => {
  const requests: StubRequest[] = [];
  const server: Server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const request: StubRequest = {
        operation: String(incoming.headers['x-amz-target']).split('.').at(-1) ?? '',
        input: JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>, // the protocol's form
      };
      requests.push(request);
      const given = answer(request, requests.length);
      if (given === 'hang') return;
      if (given === 'reset') {
        incoming.socket.destroy();
        return;
      }
      response.writeHead(given.status, { 'content-type': 'application/x-amz-json-1.0', ...given.headers });
      response.end(JSON.stringify(given.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server's address is never a string
  return {
    requests,
    endpoint: `http://127.0.0.1:${String(port)}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

export const awsError = (type: string, status = 400): StubAnswer => ({
  status,
  body: { __type: type, message: 'a message that nobody may log' },
});

export const testClient = (endpoint: string) => ({
  endpoint,
  region: 'eu-west-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});
