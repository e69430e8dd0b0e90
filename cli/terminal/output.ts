/**
 * Where a command writes: what a program reads goes to `data` (stdout), everything else to `note` (stderr).
 */
export interface Output {
  /** Text without its last line break. */
  data(text: string): void;
  /** Text without its last line break. */
  note(text: string): void;
}

/** The part of a stream that is written to. */
interface TextSink {
  write(text: string): unknown;
}

export const createStreamOutput = (stdout: TextSink, stderr: TextSink): Output => ({
  data: (text) => void stdout.write(`${text}\n`),
  note: (text) => void stderr.write(`${text}\n`),
});
