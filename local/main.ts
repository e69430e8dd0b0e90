import { join } from 'node:path';
import { startLocalGateway } from './gateway';
import { greeting, noticeLines } from './output/gateway-lines';
import { withoutControls } from './output/handler-lines';
import { publicOrigin } from './public-url';
import { SecretStoreError } from './secrets-manager/store';
import { JournalError } from './sqs/queue/journal';
import { writeStateFile } from './state-file';
import { onStopSignal } from './stop-signal';
import {
  accountFromEnvironment,
  handlerModules,
  replyKeyFromEnvironment,
  startCommand,
  usableDirectory,
  type StartOptions,
} from './start-options';
import { UnsupportedTemplateError } from './template/template';
import { UserError } from './user-error';
import { createBuilder, type Build } from './watch/build';
import { startLiveReload } from './watch/live-reload';

/** The stage that runs on a laptop. */
const stageName = 'dev';
const projectRoot = join(__dirname, '..');

const print = (...lines: readonly string[]): void => void process.stdout.write(`${lines.join('\n')}\n`);

const printProblems = (problems: readonly string[]): void =>
  void process.stderr.write(problems.map((problem) => `error: ${withoutControls(problem)}\n`).join(''));

const run = async (options: StartOptions): Promise<void> => {
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
  // In one piece: a program that waits for the first line gets all lines with it.
  print(...greeting(gateway));
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
startCommand.parse();
void run(startCommand.opts<StartOptions>()).catch(fail);
