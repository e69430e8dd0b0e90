import { isatty } from 'node:tty';
import { createColors } from 'picocolors';
import type { LocalGateway, LocalGatewayOptions } from '../gateway';
import { createActivity, type Activity } from '../monitor/activity';
import type { FunctionOutput } from '../monitor/function-output';
import type { GatewayMonitor } from '../monitor/gateway-monitor';
import { handlerRunOf } from '../monitor/handler-run';
import { isMetric, linesOf, readLogLine } from '../monitor/log-record';
import { createRecorder, type Recorder } from '../monitor/recorder';
import { handlerLines, handlerName } from '../output/handler-lines';
import { createTerminalLog, type Screen, type TerminalLog } from '../output/terminal-log';
import type { StartOptions } from './start-command';

/** How often the queues are counted, in milliseconds: several times in each step of the time series. */
const lookEveryMs = 2_000;

/** Follows what happens in a gateway, for the console and the terminal. */
export interface Observation {
  readonly monitor: GatewayMonitor;
  readonly callbacks: Pick<LocalGatewayOptions, 'onLog' | 'onAnswer' | 'onOutput' | 'onReply'>;
  /** Counts the messages of the queues from now on. */
  readonly watchBacklog: (gateway: Pick<LocalGateway, 'backlog'>) => void;
  /** Prints what still waits for its result. */
  readonly close: () => void;
}

export const observe = ({
  log = 'lines',
  showNumbers = false,
}: Pick<StartOptions, 'log' | 'showNumbers'>): Observation => {
  const recorder = createRecorder();
  const output = screenOf(process.stdout);
  const terminal =
    log === 'lines' ? createTerminalLog({ output, problems: screenOf(process.stderr), showNumbers }) : undefined;
  const activity = createActivity({
    recorder,
    onWebhook: terminal?.webhook,
    onOtherRecord: (record) => terminal?.record('consumer', record),
  });
  let timer: NodeJS.Timeout | undefined;
  return {
    monitor: recorder.monitor,
    callbacks: {
      onLog: (text) => {
        if (terminal === undefined) process.stderr.write(text);
      },
      onAnswer: activity.answered,
      onOutput: (printed) => {
        readOutput(printed, { recorder, activity, terminal });
        if (terminal === undefined) printHandler(printed, output);
      },
      onReply: (line) => {
        if (terminal === undefined) output.print([line]);
        else terminal.line(line);
      },
    },
    watchBacklog: ({ backlog }) => {
      const look = (): void => void backlog().then(recorder.backlog, () => undefined);
      look();
      timer = setInterval(look, lookEveryMs).unref();
    },
    close: () => {
      clearInterval(timer);
      activity.close();
    },
  };
};

interface Readers {
  readonly recorder: Pick<Recorder, 'handlerRan'>;
  readonly activity: Pick<Activity, 'record'>;
  readonly terminal: TerminalLog | undefined;
}

const readOutput = (printed: FunctionOutput, { recorder, activity, terminal }: Readers): void => {
  const { functionName, configuration, text } = printed;
  const handler = configuration === undefined ? undefined : handlerName(configuration);
  if (configuration !== undefined && handler !== undefined) {
    for (const line of linesOf(text)) {
      const run = handlerRunOf(handler, readLogLine(line) ?? {}, new Date());
      if (run !== undefined) recorder.handlerRan(run);
    }
    terminal?.handler({ ...printed, configuration });
    return;
  }
  for (const line of linesOf(text)) {
    const record = readLogLine(line);
    if (record === undefined) terminal?.plain(functionName, line);
    else if (!isMetric(record) && !activity.record(record)) terminal?.record(functionName, record);
  }
};

/** With the records on standard error, what a handler did is still a line for a person. */
const printHandler = ({ configuration, text, event }: FunctionOutput, { print }: Screen): void => {
  if (configuration === undefined || handlerName(configuration) === undefined) return;
  const lines = handlerLines(configuration, text, event);
  if (lines.length > 0) print(lines);
};

const screenOf = (stream: NodeJS.WriteStream & { readonly fd: number }): Screen => ({
  paint: createColors(isatty(stream.fd) && (process.env['NO_COLOR'] ?? '') === '' && process.env['TERM'] !== 'dumb'),
  print: (lines) => void stream.write(`${lines.join('\n')}\n`),
});
