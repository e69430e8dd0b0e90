import type { Command } from 'commander';
import type { Backend } from '../clients/ports';
import type { CommandContext } from '../context';
import { isLocal, type Target } from '../target/target';
import { accountSidArgument, wholeNumber } from '../terminal/options';
import { cli, start } from '../terminal/program-name';

interface ConsoleOptions {
  readonly allowChanges?: true;
  readonly port: number;
  readonly open?: true;
  readonly account?: string;
}

const openPage = async (url: string, { output }: CommandContext): Promise<void> => {
  const { openBrowser } = await import('./open-browser.js');
  if (!(await openBrowser(url))) output.note('No browser could be started: open the address yourself.');
};

const accessText = ({ production, name }: Target, allowsChanges: boolean): string =>
  `${name}${production === true ? ', which is a production stage' : ''}, ` +
  (allowsChanges ? 'with changes allowed' : 'read-only (--allow-changes)');

/** Until Ctrl-C. */
const serve = async (backend: Backend, options: ConsoleOptions, context: CommandContext): Promise<void> => {
  const { output, signal } = context;
  const { serveConsole } = await import('../../console/server/start.js');
  const { sharedClients } = await import('../../console/server/gateway/shared-clients.js');
  const clients = sharedClients(backend);
  const allowsChanges = options.allowChanges === true || isLocal(backend.target);
  const served = await serveConsole(
    {
      context,
      backend: () => Promise.resolve(clients),
      allowsChanges,
      accountSids: options.account === undefined ? undefined : [options.account],
    },
    options.port,
  );
  output.data(served.url);
  output.note(`The console of ${accessText(backend.target, allowsChanges)}. Ctrl-C ends it.`);
  if (options.open === true) await openPage(served.oneTimeUrl(), context);
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await served.close();
};

const show = async (options: ConsoleOptions, context: CommandContext): Promise<void> => {
  const backend = await context.openBackend();
  const { consoleUrl } = backend.target;
  if (consoleUrl === undefined) {
    await serve(backend, options, context);
    return;
  }
  // Only the process of the local gateway has the refused requests and the runs of the handlers.
  context.output.data(consoleUrl);
  context.output.note(`\`${start}\` serves it.`);
  if (options.open === true) await openPage(consoleUrl, context);
};

const help = `
Serves a page on the loopback interface: the webhooks as they arrive, conversations, refused requests, queues, handlers,
health and setup. Open the address that it prints; the part after # is a key that only you should have. The page uses
your AWS credentials, by way of this command: no credential is sent to the browser. Without --stage it prints the
address of the console that \`${start}\` serves.

The console of a stage is read-only. With --allow-changes, it can send test webhooks, replay events and redrive dead
letters. Each change of a production stage must be confirmed by typing the name of the stage.

Exit status: 0 after Ctrl-C, 1 if the gateway cannot be read.

Examples:
  $ ${cli} console
  $ ${cli} console --stage prod
  $ ${cli} console --stage dev --allow-changes --port 4000 --open
`;

export const registerConsole = (command: Command, context: CommandContext): void => {
  command
    .option('--allow-changes', 'let the page send, replay and redrive')
    .option('--port <n>', 'port on 127.0.0.1; 0, or a port in use, takes any free one', wholeNumber(0, 65_535), 0)
    .option('--open', 'open it in your browser')
    .option('--account <AccountSid>', 'show this account; the account secrets are not read', accountSidArgument)
    .addHelpText('after', help)
    .action((options: ConsoleOptions) => show(options, context));
};
