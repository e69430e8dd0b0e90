import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const attack = readFileSync(join(__dirname, '..', 'fixtures', 'browser', 'attack.html'));

/** A site that is not the console: another port of this machine. Its page attacks the console that its query names. */
export interface OtherSite {
  readonly url: string;
  /** The paths that were asked for, without that of its own page. */
  readonly requests: () => readonly string[];
  readonly close: () => Promise<void>;
}

export const startOtherSite = async (): Promise<OtherSite> => {
  const requests: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    const isOwnPage = url.startsWith('/?') || url === '/favicon.ico';
    if (!isOwnPage) requests.push(url);
    response.writeHead(200, { 'content-type': 'text/html', 'access-control-allow-origin': '*' });
    response.end(attack);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server on a port has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests: () => requests,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};
