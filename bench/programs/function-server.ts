import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { apiGatewayEvent } from '../webhooks';
import { cpuMicroseconds, serveCommands } from './commands';

// Puts the ingress bundle behind HTTP with as little in between as possible: what API Gateway and Lambda's runtime do is not ours.

type Handler = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

// The bundle's handler has this type in lambda/ingress/handler.ts.
const [, , bundle = ''] = process.argv;
const { handler } = createRequire(bundle)(bundle) as { readonly handler: Handler };
const template = apiGatewayEvent('', undefined);

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    void handler({
      ...template,
      // No header of the bench is repeated, so none is an array.
      headers: request.headers as Record<string, string>,
      body: Buffer.concat(chunks).toString('base64'),
    }).then(({ statusCode = 200, headers = {}, body = '' }) => {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value));
      // Without a length the answer is chunked, which takes a second write to the socket: a quarter of the CPU of an answer.
      if (statusCode !== 204) response.setHeader('content-length', Buffer.byteLength(body));
      response.writeHead(statusCode).end(body);
    });
  });
});

server.listen(0, '127.0.0.1', () => {
  // A server that listens on a port has an address of this kind.
  serveCommands({ port: (server.address() as AddressInfo).port }, { cpu: cpuMicroseconds });
});
