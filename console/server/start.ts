import { createAccounts } from './gateway/accounts';
import { confirmationOf, type ConsoleGateway } from './gateway/console-gateway';
import { localGateway, type RunningGateway } from './gateway/local-gateway';
import { ApiProblem } from './http/api-problem';
import { startConsoleServer } from './http/server';
import { createSessions } from './http/sessions';
import { loadPage } from './page';
import { consoleRoutes } from './routes';
import { once } from './gateway/shared-clients';

export interface RunningConsole {
  /** With the token, such as `http://127.0.0.1:4000/#token=…`. */
  readonly url: string;
  /** The same with a token that is valid once, to put on a command line. */
  readonly oneTimeUrl: () => string;
  readonly close: () => Promise<void>;
}

/** Serves the console of a gateway on the loopback interface. @param port taken if it is free; 0 takes any free one */
export const serveConsole = async (gateway: ConsoleGateway, port: number): Promise<RunningConsole> => {
  const sessions = createSessions();
  const page = once(loadPage);
  // Ready before somebody opens it. An error is reported to whoever does.
  page().catch(() => undefined);
  const server = await startConsoleServer({
    port,
    page,
    sessions,
    routes: consoleRoutes({ gateway, accounts: createAccounts(gateway) }),
    checkChange: (body) => checkChange(gateway, body),
    onUnexpected: (error) =>
      void process.stderr.write(
        `console: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
      ),
  });
  const urlOf = (token: string): string => `http://127.0.0.1:${server.port}/#token=${token}`;
  return {
    url: urlOf(sessions.token),
    oneTimeUrl: () => urlOf(sessions.oneTimeToken()),
    close: server.close,
  };
};

/** The console of the local gateway, which runs in this process. */
export const startConsole = async (running: RunningGateway & { readonly port: number }): Promise<RunningConsole> => {
  const ended = new AbortController();
  const { close, ...served } = await serveConsole(localGateway(running, ended.signal), running.port);
  return {
    ...served,
    close: async () => {
      ended.abort();
      await close();
    },
  };
};

const checkChange = async (
  { allowsChanges, backend }: ConsoleGateway,
  body: Readonly<Record<string, unknown>>,
): Promise<void> => {
  if (!allowsChanges) {
    throw new ApiProblem(403, 'read_only', 'This console is read-only. Start it with --allow-changes.');
  }
  const expected = confirmationOf((await backend()).target);
  if (expected !== undefined && body['confirm'] !== expected) {
    throw new ApiProblem(400, 'not_confirmed', `This is a production stage: type ${expected} to confirm.`);
  }
};
