import { accessSync, constants, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import type { TwilioAccount } from './accounts';
import { startLocalGateway, type LocalGateway } from './gateway';
import { withoutControls } from './output/handler-lines';
import { publicOrigin } from './public-url';
import type { PublishedNotice } from './sns/publish';
import { SecretStoreError } from './secrets-manager/store';
import { JournalError } from './sqs/queue/journal';
import { writeStateFile } from './state-file';
import { onStopSignal } from './stop-signal';
import { replyKeyFrom, type ReplyKey } from './twilio/replies';
import { UnsupportedTemplateError } from './template/template';
import { UserError } from './user-error';
import { createBuilder, type Build } from './watch/build';
import { startLiveReload } from './watch/live-reload';

/** The stage that runs on a laptop. */
const stageName = 'dev';

interface Options {
  readonly port: number;
  readonly dataDir?: string;
  readonly publicUrl?: string;
  readonly handlers?: string;
}

const projectRoot = join(__dirname, '..');

/** What `--handlers` takes, and the module that registers them. */
const handlerModules: ReadonlyMap<string | undefined, string> = new Map([
  [undefined, 'lib/handlers'],
  ['examples', 'handlers/examples/register'],
]);

const handlers = (text: string): string => {
  if (handlerModules.has(text)) return text;
  throw new InvalidArgumentError("It must be 'examples'. Register your own handlers in lib/handlers.ts.");
};

const port = (text: string): number => {
  const value = Number(text);
  if (/^\d{1,5}$/.test(text) && value <= 65_535) return value;
  throw new InvalidArgumentError('It must be a number from 0 (any free port) to 65535.');
};

const command = new Command('npm start --')
  .description(
    'Runs the Twilio webhook gateway on this machine: a deployment’s template and bundles, without an AWS account.',
  )
  .option('--port <number>', 'port on 127.0.0.1 for webhooks; 0 takes any free one', port, 3000)
  .option('--data-dir <directory>', 'directory to keep messages, queues and secrets in (default: nothing is kept)')
  .option('--public-url <url>', 'address under which Twilio reaches this gateway, such as a tunnel')
  .option(
    '--handlers <name>',
    'examples: the handlers in handlers/examples instead of those in lib/handlers.ts',
    handlers,
  )
  // One line for each error: commander puts its suggestion on a second line.
  .configureOutput({ writeErr: (text) => process.stderr.write(`${text.trim().replaceAll('\n', ' ')}\n`) })
  .addHelpText(
    'after',
    `
Environment:
  TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN  use this account instead of made-up development credentials
  TWILIO_API_KEY, TWILIO_API_SECRET      send replies by Twilio with this API key of that account; without it,
                                         a stand-in takes them: npx gateway replies list

Examples:
  npm start
  npm start -- --port 8080 --data-dir ./data
  npm start -- --public-url https://example.ngrok.app
  npm start -- --handlers examples

A change in handlers/, lib/ or lambda/ is built and runs at once. Types are not checked: npm run check does that.
Function logs are JSON lines on standard error.`,
  );

/** @throws UserError if only one of the two is set, or the SID is not valid */
const accountFromEnvironment = (): TwilioAccount | undefined => {
  const accountSid = process.env['TWILIO_ACCOUNT_SID'] ?? '';
  const authToken = process.env['TWILIO_AUTH_TOKEN'] ?? '';
  if (accountSid === '' && authToken === '') return undefined;
  if (!/^AC[0-9a-fA-F]{32}$/.test(accountSid) || !/^\S+$/.test(authToken)) {
    throw new UserError('Set both TWILIO_ACCOUNT_SID (AC and 32 hex digits) and TWILIO_AUTH_TOKEN, or neither.');
  }
  return { accountSid, authToken };
};

/** @throws UserError if it cannot be used */
const replyKeyFromEnvironment = (account: TwilioAccount | undefined): ReplyKey | undefined => {
  const key = replyKeyFrom(process.env, account);
  if (typeof key === 'string') throw new UserError(key);
  return key;
};

/** @throws UserError if the directory cannot be used */
const usableDirectory = (text: string): string => {
  const directory = resolve(text);
  try {
    // It will contain message bodies and the Auth Token.
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    return directory;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new UserError(`--data-dir ${text} cannot be used (${code}): it must be a directory you may read and write.`);
  }
};

const print = (...lines: readonly string[]): void => void process.stdout.write(`${lines.join('\n')}\n`);

/**
 * A notice as it would arrive by mail. Any local program may publish one: control characters stay out of the
 * terminal.
 */
const noticeLines = ({ subject, message }: PublishedNotice): readonly string[] =>
  [`notice: ${subject ?? '(no subject)'}`, ...message.split('\n').map((line) => `  ${line}`)].map(withoutControls);

const printProblems = (problems: readonly string[]): void =>
  void process.stderr.write(problems.map((problem) => `error: ${withoutControls(problem)}\n`).join(''));

/** Written in one piece: a program that waits for the first line gets all lines with it. */
const greet = ({ state, account, madeUpAccount, webSocketUrl }: LocalGateway): void => {
  const signed = state.publicUrl ?? state.baseUrl;
  print(
    `ready ${state.baseUrl}`,
    '',
    'Webhook URLs (sign these):',
    ...Object.keys(state.webhooks).map((route) => `  ${signed}/${route}`),
    ...(webSocketUrl === undefined ? [] : ['WebSocket URL (sign this):', `  ${webSocketUrl}`]),
    'Endpoints for AWS tools:',
    ...Object.entries(state.endpoints).map(([service, endpoint]) => `  ${service.padEnd(15)} ${endpoint}`),
    ...(state.replySecretId === undefined || state.twilioStandIn === undefined
      ? []
      : ['Replies go to the Twilio stand-in, which sends nothing:', '  npx gateway replies list']),
    ...(madeUpAccount
      ? [
          'Development credentials (made up; not a Twilio account):',
          `  TWILIO_ACCOUNT_SID=${account.accountSid}`,
          `  TWILIO_AUTH_TOKEN=${account.authToken}`,
        ]
      : []),
    'Try next, in another terminal:',
    "  npx gateway send sms --from +15550100001 --body 'hello' && npx gateway messages list",
  );
};

const run = async (options: Options): Promise<void> => {
  // Until the gateway runs, there is nothing to stop.
  let stop = (): Promise<void> => Promise.resolve();
  onStopSignal(() => stop(), fail);
  const given = accountFromEnvironment();
  const origin = options.publicUrl === undefined ? undefined : publicOrigin(options.publicUrl, stageName);
  const dataDir = options.dataDir === undefined ? undefined : usableDirectory(options.dataDir);
  const builder = createBuilder(stageName, handlerModules.get(options.handlers) ?? '');
  let first: Build | undefined;
  const gateway = await startLocalGateway({
    port: options.port,
    dataDir,
    publicOrigin: origin,
    assemble: async () => {
      print(`synthesizing stage ${stageName} …`);
      first = await builder.build();
      if (first.assembly === undefined) throw new UserError(first.problems.join('\n'));
      printProblems(first.problems);
      return first.assembly;
    },
    account: given,
    replyKey: replyKeyFromEnvironment(given),
    onReply: (line) => print(line),
    onLog: (text) => void process.stderr.write(text),
    onHandlerLines: (lines) => {
      if (lines.length > 0) print(...lines);
    },
    onNotice: (notice) => print(...noticeLines(notice)),
  });
  if (first === undefined) throw new Error('The gateway started without a build.');
  let removeState = writeStateFile(process.cwd(), gateway.state);
  const reload = startLiveReload({
    gateway,
    builder,
    first,
    projectRoot,
    onDeployed: () => {
      removeState = writeStateFile(process.cwd(), gateway.state);
    },
    print,
    printProblems,
  });
  stop = async () => {
    print('stopping …');
    await reload.close();
    removeState();
    await gateway.close();
    builder.close();
  };
  greet(gateway);
  if (first.problems.length > 0) print('waiting for code that compiles: until then its events stay in their queues');
};

const fail = (error: unknown): void => {
  process.stderr.write(`error: ${describe(error)}\n`);
  process.exit(1);
};

/** One line for an error that the user can fix; the stack for any other. */
const describe = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const isKnown = [UserError, UnsupportedTemplateError, JournalError, SecretStoreError].some(
    (known) => error instanceof known,
  );
  // An operating system error names the path and the reason.
  return isKnown || 'syscall' in error ? error.message : (error.stack ?? error.message);
};

// The SDK warns that it will drop Node 20, which the user cannot change.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
command.parse();
void run(command.opts<Options>()).catch(fail);
