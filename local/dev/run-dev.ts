import { realpathSync } from 'node:fs';
import { startLocalGateway, type LocalGateway } from '../gateway';
import type { GatewayMonitor } from '../monitor/gateway-monitor';
import { greeting, noticeLines, swallowedLines } from '../output/gateway-lines';
import { visibleText } from '../../characters/visible-text';
import { publicOrigin } from '../public-url';
import { SecretStoreError } from '../secrets-manager/store';
import { JournalError } from '../sqs/queue/journal';
import { otherGateways, writeStateFile, type LocalState } from '../state-file';
import { onStopSignal } from '../stop-signal';
import { UnsupportedTemplateError } from '../template/template';
import { UserError } from '../user-error';
import { createBuilder, type Build } from '../watch/builder';
import { startLiveReload } from '../watch/live-reload';
import type { RunningConsole } from './console';
import { observe } from './observe';
import type { StartedAs, StartOptions } from './start-command';
import { accountFromEnvironment, replyKeyFromEnvironment, usableDirectory } from './start-environment';

const print = (...lines: readonly string[]): void => {
  if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`);
};

/** Prints each problem, which may have several lines, with `error: ` in front of its first line. */
const printProblems = (problems: readonly string[]): void =>
  void process.stderr.write(
    problems.map((problem) => `error: ${problem.split('\n').map(visibleText).join('\n')}\n`).join(''),
  );

/** Runs the gateway of a CDK app until the process is stopped. An error ends the process. */
export const runDev = async (options: StartOptions, start: StartedAs): Promise<void> => {
  // The SDK's advice to upgrade Node is for the developers, not for the user.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  try {
    await run(options, start);
  } catch (error) {
    fail(error);
  }
};

const run = async (options: StartOptions, start: StartedAs): Promise<void> => {
  const account = accountFromEnvironment();
  const replyKey = replyKeyFromEnvironment(account);
  const origin = options.publicUrl === undefined ? undefined : publicOrigin(options.publicUrl);
  const dataDir = options.dataDir === undefined ? undefined : usableDirectory(options.dataDir);
  const directory = realpathSync(start.appDirectory);
  const builder = createBuilder({
    directory,
    command: options.app ?? start.handlers?.get(options.handlers ?? ''),
    context: options.context ?? {},
    choice: { stack: options.stack, gateway: options.gateway },
    startedBy: start.command,
  });
  // Until the gateway runs, there is nothing to stop but the app's command.
  let stop = (): Promise<void> => {
    builder.close();
    return Promise.resolve();
  };
  onStopSignal(() => stop(), fail);
  const observation = observe(options);
  let firstBuild: Build | undefined;
  const gateway = await startLocalGateway({
    port: options.port,
    dataDir,
    publicOrigin: origin,
    assemble: async () => {
      print('synthesizing …');
      firstBuild = await builder.build();
      if (firstBuild.assembly === undefined) throw new UserError(firstBuild.problems.join('\n'));
      if (options.publicUrl !== undefined) publicOrigin(options.publicUrl, firstBuild.stageName);
      printProblems(firstBuild.problems);
      return firstBuild.assembly;
    },
    account,
    replyKey,
    swallow: options.swallow,
    ...observation.callbacks,
    onNotice: (notice) => print(...noticeLines(notice)),
  });
  if (firstBuild === undefined) throw new Error('The gateway started without a build.');
  observation.watchBacklog(gateway);
  const served = await serveConsole(gateway, observation.monitor, options, start);
  const state = (): LocalState => ({ ...gateway.state, ...(served === undefined ? {} : { console: served.url }) });
  let removeState = writeStateFile(process.cwd(), state());
  const reload = startLiveReload({
    gateway,
    builder,
    firstBuild,
    directory,
    dataDir,
    onDeployed: () => {
      removeState = writeStateFile(process.cwd(), state());
    },
    print,
    printProblems,
  });
  stop = async () => {
    print('stopping …');
    builder.close();
    await reload.close();
    removeState();
    await served?.close();
    await gateway.close();
    observation.close();
    print(...swallowedLines(gateway));
  };
  const others = otherGateways(process.cwd(), gateway.state).map(
    ({ baseUrl }) => `another gateway runs in this directory, ${baseUrl}: commands use this one until it stops`,
  );
  const waiting = 'waiting for code that compiles: until then, the events for it stay in their queues';
  const notes = [
    ...firstBuild.notes,
    ...others,
    ...gateway.leftOut.map((reason) => `left out: ${reason}`),
    ...(firstBuild.problems.length > 0 ? [waiting] : []),
  ];
  // One write, so that a program that waits for the first line gets the other lines with it.
  print(...greeting(gateway, start.cli, served?.url), ...notes.map(visibleText));
};

/** The gateway runs without its console if the console does not start. */
const serveConsole = async (
  gateway: LocalGateway,
  monitor: GatewayMonitor,
  options: StartOptions,
  { startConsole }: StartedAs,
): Promise<RunningConsole | undefined> => {
  if (startConsole === undefined || options.console === false) return undefined;
  try {
    return await startConsole({
      get state() {
        return gateway.state;
      },
      monitor,
      port: options.consolePort ?? 0,
    });
  } catch (error) {
    printProblems([`The console does not start: ${describe(error)}`]);
    return undefined;
  }
};

const fail = (error: unknown): void => {
  printProblems([describe(error)]);
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
