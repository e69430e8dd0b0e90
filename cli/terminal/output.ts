/**
 * Where a command writes: what a program reads goes to `data` (stdout), everything else to `note` (stderr).
 */
export interface Output {
  /** Text without its last line break. */
  data(text: string): void;
  /** Text without its last line break. */
  note(text: string): void;
  /** Resolves when stdout accepts more text. A command that prints much awaits it, so that memory does not grow. */
  readonly ready?: () => Promise<void>;
}

/** The part of a stream that is written to. */
interface TextSink {
  write(text: string): unknown;
  readonly writableNeedDrain?: boolean;
  once?(event: 'drain' | 'close', listener: () => void): unknown;
}

const drained = (stream: TextSink): Promise<void> =>
  new Promise((resolve) => {
    if (stream.writableNeedDrain !== true || stream.once === undefined) resolve();
    else {
      stream.once('drain', resolve);
      stream.once('close', resolve);
    }
  });

export const createStreamOutput = (stdout: TextSink, stderr: TextSink): Output => ({
  data: (text) => void stdout.write(`${text}\n`),
  note: (text) => void stderr.write(`${text}\n`),
  ready: () => drained(stdout),
});
