import { Duration } from 'aws-cdk-lib';
import type { Function } from 'aws-cdk-lib/aws-lambda';

/** The code that answers messages in the webhook response: exactly one of `entry` and `handler`. */
export interface ReplySource {
  /**
   * A file of yours that exports `handler`, such as `handlers/answer.ts`, absolute or relative to the directory that
   * the CDK app runs in. It is bundled by esbuild.
   * @default handler is given
   */
  readonly entry?: string;
  /**
   * A function of yours that gets a `ReplyRequest` and returns a `ReplyAnswer` or nothing, as `replyWith` of the
   * handler library does.
   * @default entry is given
   */
  readonly handler?: Function;
  /** Of the function of `entry`, in megabytes. @default 512 */
  readonly memorySizeMb?: number;
  /** Variables of the function of `entry`. @default none */
  readonly environment?: Readonly<Record<string, string>>;
}

/** How long an answer may take. */
export interface ReplyWithOptions {
  /** How long a message's answer waits for the function: 100 milliseconds to 2 seconds. @default 2 seconds */
  readonly timeout?: Duration;
}

const entryOptions = ['memorySizeMb', 'environment'] as const;
const minTimeoutMs = 100;
/** Ingress answers within 4.1 seconds, and first sends the message to SQS. */
const maxTimeoutMs = 2_000;

/**
 * @returns the timeout in milliseconds
 * @throws Error that names every bad option
 */
export const checkReplyWith = (source: ReplySource, { timeout = Duration.seconds(2) }: ReplyWithOptions): number => {
  const timeoutMs = timeout.toMilliseconds();
  const useless = source.entry === undefined ? entryOptions.filter((key) => source[key] !== undefined) : [];
  const problems = [
    ...((source.entry === undefined) === (source.handler === undefined)
      ? ['give exactly one of entry and handler']
      : []),
    ...useless.map((key) => `${key} is for a function with entry`),
    ...(timeoutMs >= minTimeoutMs && timeoutMs <= maxTimeoutMs
      ? []
      : ['timeout must be 100 milliseconds to 2 seconds']),
  ];
  if (problems.length > 0) throw new Error(`replyWith: ${problems.join('; ')}.`);
  return timeoutMs;
};
