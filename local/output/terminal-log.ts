import type { Colors } from 'picocolors/types';
import type { FunctionOutput } from '../monitor/function-output';
import type { LogFields } from '../monitor/log-record';
import type { WebhookReport } from '../monitor/webhook-report';
import { handlerLines } from './handler-lines';
import { isProblem, plainLine, recordLines } from './record-lines';
import { indent, timeText, webhookLines, withShortSids } from './webhook-lines';

export interface Screen {
  readonly paint: Colors;
  readonly print: (lines: readonly string[]) => void;
}

export interface TerminalLogOptions {
  readonly output: Screen;
  /** For what is wrong and is not about one webhook. */
  readonly problems: Screen;
  /** Whether phone numbers are shown whole. */
  readonly showNumbers: boolean;
}

/** Prints what happens in the gateway, as lines for a person. */
export interface TerminalLog {
  readonly webhook: (report: WebhookReport) => void;
  /** What a handler has printed. */
  readonly handler: (output: Required<Pick<FunctionOutput, 'configuration' | 'text'>> & FunctionOutput) => void;
  /** A record of another function. */
  readonly record: (functionName: string, record: LogFields) => void;
  /** A line of another function that is not a record. */
  readonly plain: (functionName: string, line: string) => void;
  /** A line of another part of the gateway, such as the Twilio stand-in. */
  readonly line: (text: string) => void;
}

export const createTerminalLog = ({ output, problems, showNumbers }: TerminalLogOptions): TerminalLog => {
  const { paint, print } = output;
  return {
    webhook: (report) => print(webhookLines(report, { paint, showNumbers })),
    handler: ({ configuration, text, event }) => {
      const lines = handlerLines(configuration, text, event);
      if (lines.length > 0) print(lines.map((line) => handlerLine(line, paint)));
    },
    record: (functionName, record) => {
      const screen = isProblem(record) ? problems : output;
      screen.print(recordLines(functionName, record, { at: new Date(), paint: screen.paint }));
    },
    plain: (functionName, line) => print([plainLine(functionName, line, { at: new Date(), paint })]),
    line: (text) => print([`${paint.dim(timeText(new Date()))}  ${withShortSids(text)}`]),
  };
};

/** A handler's line, below the webhook that it is about. The lines of a stack have no time. */
const handlerLine = (line: string, paint: Colors): string => {
  if (/^ +at /.test(line)) return `${indent}${line}`;
  const text = line.trimStart();
  const failed = /^\S+ (?:failed on|made \S+ a dead letter)/.test(text);
  return `${paint.dim(`${timeText(new Date())}  └`)} ${failed ? paint.red(text) : text}`;
};
