import type { Failure } from './failure';
import type { Output } from './output';
import { jsonLine } from './terminal-text';

interface WatchedOutput extends Output {
  hasData(): boolean;
  lastNote(): string | undefined;
}

/** Remembers what a command has printed: a program that reads stdout gets either data or one error. */
export const watchOutput = (output: Output): WatchedOutput => {
  let hasData = false;
  let lastNote: string | undefined;
  return {
    data: (text) => {
      hasData = true;
      output.data(text);
    },
    note: (text) => {
      lastNote = text;
      output.note(text);
    },
    ready: () => output.ready?.() ?? Promise.resolve(),
    hasData: () => hasData,
    lastNote: () => lastNote,
  };
};

/** Also if the command line is wrong, so that no option was parsed. */
export const isJsonWanted = (args: readonly string[]): boolean => {
  const end = args.indexOf('--');
  return (end === -1 ? args : args.slice(0, end)).includes('--json');
};

export const jsonError = ({ reason, text, exitCode }: Failure): string =>
  jsonLine({ error: { reason, message: text, exitCode } });
