import { setMaxListeners } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { isatty } from 'node:tty';
import { createColors } from 'picocolors';
import { createAwsBackend } from './clients/aws-backend';
import { readAwsShell, regionOf, requireProfile } from './target/aws-profile';
import { callerAccount, createAwsGet } from './clients/aws-request';
import { describeStack } from './clients/cloudformation-stack';
import { localTarget } from './target/local-target';
import { runCli } from './main';
import { findOtherStages } from './target/other-stages';
import { errorCode } from './terminal/error-code';
import { createStreamOutput } from './terminal/output';
import { createPost } from './clients/post';
import { readHidden } from './terminal/read-hidden';
import { readInput } from './terminal/read-input';
import { stageSettings, type ConfiguredStages } from './target/stage-settings';
import { stageTarget } from './target/stage-target';
import type { TargetSources } from './target/target';
import { createTwilioEnvironment } from './twilio/environment';

const targetSources = (
  process: NodeJS.Process,
  loadStages: () => Promise<ConfiguredStages>,
  signal: AbortSignal,
): TargetSources => ({
  localState: async () => {
    try {
      return await readFile(join(process.cwd(), '.gateway', 'local.json'), 'utf8');
    } catch (error) {
      if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
      throw error;
    }
  },
  isAlive: (pid) => {
    try {
      return process.kill(pid, 0);
    } catch (error) {
      // The process exists, but belongs to another user.
      return errorCode(error) === 'EPERM';
    }
  },
  settings: (stage) => stageSettings(stage, loadStages),
  region: async (stageRegion) => {
    const shell = await readAwsShell(process.env);
    requireProfile(shell);
    return regionOf(stageRegion, shell);
  },
  stack: describeStack,
  callerAccount: (region) => callerAccount(createAwsGet(region, process.env, signal)),
});

/** A closed pipe (`| head`) is not an error: the process exits without a message. */
const exitOnBrokenPipe = (process: NodeJS.Process): void => {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error) => {
      if (errorCode(error) !== 'EPIPE') throw error;
      process.exit(process.exitCode ?? 0);
    });
  }
};

/**
 * Runs the CLI as the given process: its arguments, streams, signals and exit code.
 * @param loadStages called when a command names a stage
 */
export const runAsProcess = async (
  process: NodeJS.Process,
  loadStages: () => Promise<ConfiguredStages>,
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
  const sources = targetSources(process, loadStages, signal);
  process.exitCode = await runCli(process.argv.slice(2), {
    output: createStreamOutput(stdout, stderr),
    paint: createColors(hasColours),
    signal,
    confirm:
      stdin.isTTY && stderr.isTTY
        ? async (question) => {
            const prompt = createInterface({ input: stdin, output: stderr });
            // The prompt receives Ctrl-C itself; Ctrl-D closes it, which means no.
            prompt.once('SIGINT', interrupt);
            const closed = new Promise<string>((resolve) => prompt.once('close', () => resolve('')));
            try {
              const answer = await Promise.race([prompt.question(question, { signal }), closed]);
              return /^y(es)?$/i.test(answer.trim());
            } finally {
              prompt.close();
            }
          }
        : undefined,
    readHidden: (question) => readHidden(process, question, signal),
    readInput: (path) => readInput(process, path, signal),
    openBackend: async (stage) => {
      if (stage === undefined) return createAwsBackend(await localTarget(sources), signal);
      const target = await stageTarget(stage, sources);
      return {
        ...createAwsBackend(target, signal),
        aws: createAwsGet(target.connection.region, env, signal),
        otherStages: () => findOtherStages(stage, loadStages, sources),
      };
    },
    post: createPost(signal),
    twilio: createTwilioEnvironment(process.cwd(), env),
    awsShell: () => readAwsShell(env),
    now: () => new Date(),
    sleep: (milliseconds) => sleep(milliseconds, undefined, { signal }),
  });
};
