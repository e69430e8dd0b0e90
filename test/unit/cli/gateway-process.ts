import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import { gatewayProgram } from '../../helpers/built-programs';

const tsx = pathToFileURL(require.resolve('tsx')).href;

export interface Finished {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the real entry point, with no AWS configuration of this machine. */
export const gateway = (
  directory: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  watch: (child: ChildProcess) => void = () => undefined,
  entry?: string,
): Promise<Finished> =>
  new Promise((resolve, reject) => {
    const program = entry === undefined ? gatewayProgram() : ['--import', tsx, entry];
    const child = spawn(process.execPath, [...program, ...args], {
      cwd: directory,
      env: { PATH: process.env['PATH'], HOME: directory, AWS_EC2_METADATA_DISABLED: 'true', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const text = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (text.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (text.stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, ...text }));
    watch(child);
  });

/** Answers every request alike, as a service would that the process is pointed to. */
export const withAnswer = async (
  status: number,
  body: string | undefined,
  use: (endpoint: string) => Promise<void>,
  onRequest: (request: IncomingMessage) => void = () => undefined,
): Promise<void> => {
  const server = createServer((incoming, outgoing) => {
    onRequest(incoming);
    if (body !== undefined) outgoing.writeHead(status, { 'content-type': 'text/xml' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
};
