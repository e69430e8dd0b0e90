import type { Health } from '../../api';
import { metricsCall } from '../../../cli/account/read-counts';
import { readMetrics } from '../../../cli/clients/cloudwatch/metric-data';
import type { Backend } from '../../../cli/clients/ports';
import { stageOptionOf } from '../../../cli/target/target';
import { CliError } from '../../../cli/terminal/cli-error';
import { cli } from '../../../cli/terminal/program-name';
import { countOf } from '../cloudwatch/gateway-metrics';

type Finding = Health['findings'][number];

/** The fallback lane's queue and its dead letters; nothing for a stage without the lane. */
export const laneFindings = async (
  backend: Pick<Backend, 'target' | 'queueCounts' | 'deadLetters'>,
): Promise<readonly Finding[]> => {
  const { fallback } = backend.target;
  if (fallback === undefined) return [];
  const title = 'Fallback lane';
  const [own, dead] = await Promise.all([
    backend.queueCounts(fallback.queueUrl),
    backend.deadLetters('fallback').then((queue) => queue.counts()),
  ]);
  const waiting = own.visible + own.inFlight;
  const deadLetters = dead.visible + dead.inFlight;
  const requests = waiting === 1 ? 'request is' : 'requests are';
  const text = `${waiting} ${requests} on its queue, and ${deadLetters} dead letters.`;
  if (deadLetters > 0) {
    const advice = `look at them: \`${cli} dead-letters list --queue fallback${stageOptionOf(backend.target)}\``;
    return [{ level: 'problem', title, text, advice }];
  }
  if (waiting === 0) return [{ level: 'ok', title, text, advice: null }];
  return [{ level: 'warning', title, text, advice: 'look into the logs of ingress and of the function `fallback`' }];
};

const daySeconds = 86_400;
/** Twice the longest time between two canaries. */
const longestSilence = 2 * 3600;

/** The result of the last canary; nothing for a stage that has counted none in a day. @throws CliError */
export const canaryFindings = async (
  backend: Pick<Backend, 'target' | 'awsCall'>,
  now: Date,
  signal: AbortSignal,
): Promise<readonly Finding[]> => {
  const { target } = backend;
  const stepSeconds = 60;
  const to = (Math.floor(now.getTime() / 1000 / stepSeconds) + 1) * stepSeconds;
  const [succeeded, failed, latency] = await readMetrics(
    { awsCall: metricsCall(backend, signal) },
    [
      countOf(target, 'canary', 'CanarySucceeded'),
      countOf(target, 'canary', 'CanaryFailed'),
      { ...countOf(target, 'canary', 'CanaryLatency'), statistic: 'Maximum' },
    ],
    { from: to - daySeconds, to, stepSeconds },
  );
  const [success, failure] = [lastOf(succeeded?.values), lastOf(failed?.values)];
  if (success === undefined && failure === undefined) return [];
  const title = 'Canary';
  const cameThrough =
    success === undefined ? 'none came through in a day' : `the last came through at ${timeOf(success)}`;
  if (failure !== undefined && failure >= (success ?? 0)) {
    const text = `The canary of ${timeOf(failure)} failed; ${cameThrough}.`;
    return [{ level: 'problem', title, text, advice: 'the log of the function `canary` names the step that failed' }];
  }
  if (success === undefined || success < to - longestSilence) {
    const advice = 'the function `canary` does not run: look at its rule and its log';
    return [{ level: 'problem', title, text: `No canary for two hours; ${cameThrough}.`, advice }];
  }
  const text = `The canary of ${timeOf(success)} came through in ${latency?.values.get(success) ?? 0} ms.`;
  return [{ level: 'ok', title, text, advice: null }];
};

/** The last minute that has counted something. */
const lastOf = (values: ReadonlyMap<number, number> = new Map()): number | undefined =>
  [...values]
    .filter(([, value]) => value > 0)
    .map(([time]) => time)
    .sort((a, b) => a - b)
    .at(-1);

const timeOf = (seconds: number): string => `${new Date(seconds * 1000).toISOString().slice(0, 16)}Z`;

/** What the options of a stage report: the lane, and the canary where metrics can be read. */
export const optionFindings = async (backend: Backend, now: Date, signal: AbortSignal): Promise<readonly Finding[]> => {
  const found = await Promise.all([
    laneFindings(backend),
    canaryFindings(backend, now, signal).catch((error: unknown): readonly Finding[] => {
      if (!(error instanceof CliError)) throw error;
      return [{ level: 'not_checked', title: 'Canary', text: error.message, advice: null }];
    }),
  ]);
  return found.flat();
};
