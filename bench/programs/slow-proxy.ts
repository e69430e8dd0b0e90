import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const forward = (incoming: IncomingMessage, outgoing: ServerResponse, target: string, agent: Agent): void => {
  const { method, headers, url = '/' } = incoming;
  const host = new URL(target).host;
  const call = request(new URL(url, target), { method, headers: { ...headers, host }, agent }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  call.on('error', () => outgoing.destroy());
  incoming.pipe(call);
};

/**
 * A service on loopback that takes longer.
 * @param target the service, known once it runs
 * @param delayMs how long each call waits before it is passed on
 */
export const startSlowProxy = async (target: () => string, delayMs: number) => {
  const agent = new Agent({ keepAlive: true });
  const server = createServer((incoming, outgoing) => {
    void sleep(delayMs).then(() => forward(incoming, outgoing, target(), agent));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      agent.destroy();
      server.close();
      server.closeAllConnections();
    },
  };
};
