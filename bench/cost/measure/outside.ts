import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { account } from '../../webhooks';

/** A message as Twilio lists it. */
export type Listed = Readonly<Record<string, string>>;

/** What the functions of options ask outside of AWS: Twilio's lists, and the public URL of the gateway. */
export interface Outside {
  readonly baseUrl: string;
  /** Twilio has these messages, on pages of this size. */
  list(messages: readonly Listed[], pageSize: number): void;
  /** Requests for a page since the last call. */
  takeListCalls(): number;
  close(): Promise<void>;
}

/** @param onWebhook takes the body of a webhook and its signature */
export const startOutside = async (onWebhook: (body: string, signature: string) => Promise<void>): Promise<Outside> => {
  let pages: (readonly Listed[])[] = [[]];
  let listCalls = 0;

  const listPage = (url: string): object => {
    listCalls += 1;
    const at = Number(new URL(url, 'http://localhost').searchParams.get('Page') ?? 0);
    const next = `/2010-04-01/Accounts/${account.accountSid}/Messages.json?Page=${at + 1}`;
    return { messages: pages[at] ?? [], ...(at + 1 < pages.length ? { next_page_uri: next } : {}) };
  };
  const answer = async (request: IncomingMessage, body: string, response: ServerResponse): Promise<void> => {
    if (request.method === 'GET') {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(listPage(request.url ?? '')));
      return;
    }
    await onWebhook(body, String(request.headers['x-twilio-signature']));
    response.writeHead(204).end();
  };

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      // Without an answer the function fails, and the error is in its line.
      answer(request, Buffer.concat(chunks).toString(), response).catch(() => response.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server on a TCP port has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    list: (messages, pageSize) => {
      pages = [messages.slice(0, pageSize)];
      for (let from = pageSize; from < messages.length; from += pageSize) {
        pages.push(messages.slice(from, from + pageSize));
      }
    },
    takeListCalls: () => {
      const taken = listCalls;
      listCalls = 0;
      return taken;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
