import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { apiGatewayEvent } from '../webhooks';
import { cpuMicroseconds, serveCommands } from './commands';

// Serves the ingress bundle over HTTP with as little overhead as possible, without the work of API Gateway and Lambda.

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
      // The benchmark repeats no header, so none is an array.
      headers: request.headers as Record<string, string>,
      body: Buffer.concat(chunks).toString('base64'),
    }).then(({ statusCode = 200, headers = {}, body = '' }) => {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value));
      // Without a length, the response is chunked: a second write to the socket costs a quarter of its CPU.
      if (statusCode !== 204) response.setHeader('content-length', Buffer.byteLength(body));
      response.writeHead(statusCode).end(body);
    });
  });
});

server.listen(0, '127.0.0.1', () => {
  // A server on a TCP port has an AddressInfo.
  serveCommands({ port: (server.address() as AddressInfo).port }, { cpu: cpuMicroseconds });
});
