import { Duration } from 'aws-cdk-lib';
import type { Function } from 'aws-cdk-lib/aws-lambda';

/** The code that answers messages at once: a file of yours, or a function of yours. */
export type ReplySource =
  | {
      /** A file of the project that exports `handler`, such as `handlers/answer.ts`. It is bundled by esbuild. */
      readonly entry: string;
      /** In megabytes. @default 512 */
      readonly memorySizeMb?: number;
      /** @default none */
      readonly environment?: Readonly<Record<string, string>>;
    }
  | {
      /** Gets a `ReplyRequest` and returns a `ReplyAnswer` or nothing, as `lambda/handlers/reply-with.ts` does. */
      readonly handler: Function;
    };

export interface ReplyWithOptions {
  /** How long a message's answer waits for the function: 100 milliseconds to 2 seconds. @default 2 seconds */
  readonly timeout?: Duration;
}

const minTimeoutMs = 100;
/** Ingress answers within 4.1 seconds, and first sends the message to SQS. */
const maxTimeoutMs = 2_000;

/**
 * @returns the timeout in milliseconds
 * @throws Error that names every bad option
 */
export const checkReplyWith = (source: ReplySource, { timeout = Duration.seconds(2) }: ReplyWithOptions): number => {
  const timeoutMs = timeout.toMilliseconds();
  const problems = [
    ...(['entry', 'handler'].filter((key) => key in source).length === 1
      ? []
      : ['give exactly one of entry and handler']),
    ...(timeoutMs >= minTimeoutMs && timeoutMs <= maxTimeoutMs
      ? []
      : ['timeout must be 100 milliseconds to 2 seconds']),
  ];
  if (problems.length > 0) throw new Error(`replyWith: ${problems.join('; ')}.`);
  return timeoutMs;
};
