import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { isatty } from 'node:tty';
import { createColors } from 'picocolors';
import type { Post } from './clients/post';
import { runCli } from './main';
import type { TwilioEnvironment } from './twilio/api/accounts';
import { errorCode } from './terminal/error-code';
import { createStreamOutput } from './terminal/output';
import type { ConfiguredStages } from './target/stage-settings';

/** One agent for all posts, so that they share connections. */
const lazyPost = (signal: AbortSignal): Post => {
  let post: Post | undefined;
  return async (request) => {
    const { createPost } = await import('./clients/post.js');
    post ??= createPost(signal);
    return post(request);
  };
};

const lazyTwilioEnvironment = (directory: string, env: NodeJS.ProcessEnv): TwilioEnvironment => {
  const load = async () => (await import('./twilio/environment.js')).createTwilioEnvironment(directory, env);
  return {
    config: async () => (await load()).config(),
    variable: (name) => (env[name] === '' ? undefined : env[name]),
    open: async (credentials) => (await load()).open(credentials),
    writePrivateFile: async (fileName, text) => (await load()).writePrivateFile(fileName, text),
  };
};

/** A closed pipe (`| head`) is not an error: the process exits without a message. */
const exitOnBrokenPipe = (process: NodeJS.Process): void => {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error) => {
      if (errorCode(error) !== 'EPIPE') throw error;
      process.exit(process.exitCode ?? 0);
    });
  }
};

/** Asks on stderr and reads one line. The prompt receives Ctrl-C itself; Ctrl-D closes it: an empty line. */
const askAtTerminal =
  ({ stdin, stderr }: NodeJS.Process, signal: AbortSignal, interrupt: () => void) =>
  async (question: string): Promise<string> => {
    const { createInterface } = await import('node:readline/promises');
    const prompt = createInterface({ input: stdin, output: stderr });
    prompt.once('SIGINT', interrupt);
    const closed = new Promise<string>((resolve) => prompt.once('close', () => resolve('')));
    try {
      return (await Promise.race([prompt.question(question, { signal }), closed])).trim();
    } finally {
      prompt.close();
    }
  };

/**
 * Runs the CLI as the given process: its arguments, streams, signals and exit code.
 * @param loadStages called when a command names a stage; absent in the package
 */
export const runAsProcess = async (
  process: NodeJS.Process,
  loadStages: (() => Promise<ConfiguredStages>) | undefined,
): Promise<void> => {
  exitOnBrokenPipe(process);
  const interruption = new AbortController();
  const { signal } = interruption;
  // Every request in flight adds a listener, and `verify --flood` has many.
  setMaxListeners(0, signal);
  // The first Ctrl-C lets a command clean up; the second ends the process at once.
  const interrupt = () => interruption.abort();
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  const { stdin, stdout, stderr, env } = process;
  // The SDK's advice to upgrade Node is for the developers, not for the operator.
  env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  // Not `isTTY`: it is undefined without a terminal, and then the library decides and colours CI logs.
  const hasColours = isatty(stdout.fd) && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  const ask = stdin.isTTY && stderr.isTTY ? askAtTerminal(process, signal, interrupt) : undefined;
  process.exitCode = await runCli(process.argv.slice(2), {
    output: createStreamOutput(stdout, stderr),
    paint: createColors(hasColours),
    terminalColumns: isatty(stdout.fd) ? stdout.columns : undefined,
    signal,
    confirm: ask === undefined ? undefined : async (question) => /^y(es)?$/i.test(await ask(question)),
    ask,
    readHidden: async (question) => (await import('./terminal/read-hidden.js')).readHidden(process, question, signal),
    readInput: async (path) => (await import('./terminal/read-input.js')).readInput(process, path, signal),
    openBackend: async (choice) =>
      (await import('./clients/open-backend.js')).openBackend(choice, process, loadStages, signal),
    post: lazyPost(signal),
    twilio: lazyTwilioEnvironment(process.cwd(), env),
    workingDirectory: () => process.cwd(),
    stageNames: async () => (loadStages === undefined ? [] : (await loadStages()).names),
    runDev: async (options, as) => (await import('./dev/run.js')).run(options, as),
    awsShell: async () => (await import('./target/aws-profile.js')).readAwsShell(env),
    now: () => new Date(),
    sleep: (milliseconds) => sleep(milliseconds, undefined, { signal }),
  });
};
