import type { MetricName } from '../../../lambda/shared/contract/metric-names';
import type { TestGateway } from '../../helpers/test-gateway';

export type LogLine = Readonly<Record<string, unknown>>;

/** The log of one gateway, in the order of writing, read case by case. */
export interface EdgeLog {
  /** Everything since the start. */
  text(): string;
  /** The JSON lines since `begin`. */
  lines(): readonly LogLine[];
  /** Waits for the metrics of the earlier cases; `lines` then starts empty. */
  begin(): Promise<void>;
  /** The one line that ingress wrote about a request. */
  ingressLine(requestId: string): Promise<LogLine>;
  /** API Gateway's access log line of a request. */
  accessLine(requestId: string): Promise<LogLine>;
  /** The consumer's lines about a record; waits for `count` of them. */
  consumerLines(messageId: string, count?: number): Promise<readonly LogLine[]>;
  /** The breaker's lines about a firing, by its request id; waits for `count` of them. */
  breakerLines(requestId: string, count?: number): Promise<readonly LogLine[]>;
  /** A metric's sum since `begin`; waits until it is at least `atLeast`. */
  counted(name: MetricName, atLeast?: number): Promise<number>;
}

const patienceMs = 15_000;
/** Five attempts of the breaker, each with a timeout for Twilio. */
const breakerPatienceMs = 60_000;
const pollMs = 5;

/** Functions log through pipes, so their lines may arrive after their answer. */
export const until = async <T>(what: string, find: () => T | undefined, withinMs = patienceMs): Promise<T> => {
  const end = Date.now() + withinMs;
  for (;;) {
    const found = find();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`not seen within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
};

/** Statuses of rejections that no metric counts. */
const uncounted: readonly unknown[] = [405, 413, 415];

/** The consumer's final reasons for a record, each counted by one of `recordMetrics`. */
const recordReasons = [
  'record_stored',
  'unrecognized_webhook',
  'other_content',
  'duplicate',
  'repeated_text',
  'other_reading',
  'record_failed',
];
const recordMetrics: readonly MetricName[] = ['RecordStored', 'Duplicate', 'OtherReading', 'RecordFailed'];

export const createEdgeLog = (gateway: Pick<TestGateway, 'logs' | 'logText' | 'clearLogs'>): EdgeLog => {
  let earlier = '';
  const lines = (): readonly LogLine[] => gateway.logs();
  const ofFunction = (service: string) =>
    lines().filter((line) => line['service'] === service && line['reason'] !== undefined);
  const metrics = (service?: string) =>
    lines().filter((line) => line['_aws'] !== undefined && (service === undefined || line['service'] === service));
  // A metric that was counted several times in an invocation is a list, which CloudWatch adds up.
  const sum = (name: string): number =>
    metrics()
      .flatMap((line) => line[name] ?? 0)
      .reduce<number>((total, value) => total + Number(value), 0);
  const allCounted = (): true | undefined => {
    const requests = ofFunction('ingress').filter(
      ({ requestId, status }) => requestId !== undefined && !uncounted.includes(status),
    );
    const records = ofFunction('consumer').filter(({ reason }) => recordReasons.includes(String(reason)));
    const recordsCounted = recordMetrics.reduce((total, name) => total + sum(name), 0);
    return metrics('ingress').length >= requests.length && recordsCounted >= records.length ? true : undefined;
  };
  const one = (found: readonly LogLine[]): LogLine | undefined => {
    expect(found.length).toBeLessThanOrEqual(1);
    return found[0];
  };

  return {
    text: () => earlier + gateway.logText(),
    lines,
    begin: async () => {
      await until('the metrics of what was logged', allCounted);
      earlier += gateway.logText();
      gateway.clearLogs();
    },
    ingressLine: async (requestId) => {
      const line = await until(`ingress's log line of request ${requestId}`, () =>
        one(ofFunction('ingress').filter((candidate) => candidate['requestId'] === requestId)),
      );
      await until('the metrics of what was logged', allCounted);
      return line;
    },
    accessLine: (requestId) =>
      until(`the access log line of request ${requestId}`, () =>
        one(lines().filter((line) => line['requestId'] === requestId && line['service'] === undefined)),
      ),
    consumerLines: (messageId, count = 1) =>
      until(`${count} of the consumer's log lines of message ${messageId}`, () => {
        const found = ofFunction('consumer').filter((line) => line['messageId'] === messageId);
        return found.length >= count ? found : undefined;
      }),
    breakerLines: (requestId, count = 1) =>
      until(
        `${count} of the breaker's log lines of request ${requestId}`,
        () => {
          const found = ofFunction('breaker').filter((line) => line['requestId'] === requestId);
          return found.length >= count ? found : undefined;
        },
        breakerPatienceMs,
      ),
    counted: async (name, atLeast = 0) => {
      await until('the metrics of what was logged', allCounted);
      return until(`${atLeast} of ${name}`, () => (sum(name) >= atLeast ? sum(name) : undefined));
    },
  };
};
