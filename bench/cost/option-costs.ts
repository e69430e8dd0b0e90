import { assumed, prices } from '../prices';
import { invocations, logs, queueRequests, scale, sum, type Costs } from './cost-parts';
import { emptyReceives, loadOf, trickle } from './load';
import { accessLogLine, eventBytes, linesBytes, platformLines } from './log-size';
import type { Measured } from './measure/measure';
import type { RunFacts } from './measure/measure-options';
import type { WebhookFacts } from './measure/webhook-facts';
import type { Month } from './month';
import type { FixedParts, FunctionFacts, StageFacts } from './stage-facts';
import { stageOptions, type StageOption } from './stage-options';
import { offerCost, publishCost, webhookCost } from './webhook-cost';

const hoursPerMonth = assumed.daysPerMonth * 24;
const runsOf = (everyMinutes: number): number => (hoursPerMonth * 60) / everyMinutes;

const fixedCosts = ({ alarmMetrics, dashboards, keys, secrets }: FixedParts, customMetrics: number): Costs => ({
  alarms: prices.alarmMetrics * alarmMetrics,
  dashboard: prices.dashboards * dashboards,
  'KMS keys': prices.keys * keys,
  secrets: prices.secrets * secrets,
  'custom metrics': prices.customMetrics * customMetrics,
});

/** Dollars for a million runs of a scheduled function, which works for some milliseconds. */
const runCost = (stage: StageFacts, facts: FunctionFacts, run: RunFacts, ms: number): Costs => ({
  function: invocations(facts, ms),
  'secret reads': prices.secretReads * run.secretReads,
  'table reads': prices.dynamodbReads * run.reads,
  table: prices.dynamodbWrites * run.writeUnits,
  logs: logs(run.logBytes + linesBytes(platformLines(facts.logging, stage.tracing))),
});

/** Parts of a webhook's price that a message without ingress does not have, or has less of. */
const ofIngress: readonly string[] = ['API Gateway', 'ingress', 'logs'];

/** Dollars for a million messages that are on the event queue without ingress: one at a time. */
const storedCost = (stage: StageFacts, webhook: WebhookFacts): Costs => {
  const costs = Object.entries(webhookCost(stage, webhook, trickle)).filter(([part]) => !ofIngress.includes(part));
  const platform = linesBytes(platformLines(stage.consumer.logging, stage.tracing));
  return { ...Object.fromEntries(costs), logs: logs(webhook.alone.consumerLogBytes + platform) };
};

/** Dollars for a million messages that are backfilled, without the comparison that found them. */
export const backfillCost = (stage: StageFacts, { options }: Measured): Costs => {
  if (options.reconciliation === undefined) return {};
  // One read of the item is the comparison's own; this one is of the marker.
  return sum(storedCost(stage, options.reconciliation.backfill), { 'table reads': prices.dynamodbReads });
};

/** Dollars for a million messages that come through the fallback lane. */
export const laneCost = (stage: StageFacts, { options }: Measured): Costs => {
  const [facts, measured] = [stage.options.fallbackLane, options.fallbackLane];
  if (facts === undefined || measured === undefined) return {};
  const access = stage.accessLogFormat === '' ? 0 : eventBytes(accessLogLine(stage.accessLogFormat));
  const platform = linesBytes(platformLines(facts.function.logging, stage.tracing));
  return sum(
    {
      'API Gateway': prices.httpApiRequests,
      'queue of the lane': prices.sqsRequests * queueRequests(measured.queueMessageBytes, 1),
      function: invocations(facts.function, assumed.consumerBaseMs + assumed.consumerRecordMs),
      logs: logs(access + measured.logBytes + platform),
    },
    storedCost(stage, measured.webhook),
  );
};

/** Dollars for a million canaries. */
export const canaryCost = (stage: StageFacts, { options }: Measured, handlers: number): Costs => {
  const [facts, measured] = [stage.options.canary, options.canary];
  if (facts === undefined || measured === undefined) return {};
  const { run, webhook } = measured;
  const costs = sum(runCost(stage, facts.function, run, assumed.canaryMs), webhookCost(stage, webhook, trickle));
  if (handlers === 0) return costs;
  // Its event is offered to each handler and to the canary's own queue, which has it once.
  return sum(costs, publishCost(stage, webhook, trickle), scale(offerCost(webhook), handlers + 1), {
    'queue of the canary': prices.sqsFifoRequests * queueRequests(webhook.publishedBytes, 1),
  });
};

/** Dollars a month of a comparison of each message in the window, whether or not one is missing. */
const reconciliationCost = (stage: StageFacts, { options }: Measured, { messages, sent, accounts }: Month): Costs => {
  const [facts, measured] = [stage.options.reconciliation, options.reconciliation];
  if (facts === undefined || measured === undefined) return {};
  const { cycle, page, pageSize } = measured;
  const share = facts.windowHours / hoursPerMonth;
  const pages = ((messages + sent) * share) / pageSize;
  // An outgoing message is looked up with its status.
  const keys = (messages + 2 * sent) * share;
  const run: RunFacts = {
    logBytes: cycle.logBytes * accounts,
    secretReads: cycle.secretReads,
    listCalls: cycle.listCalls * accounts + page.listCalls * pages,
    reads: cycle.reads * accounts + (page.reads / pageSize) * keys,
    writeUnits: cycle.writeUnits * accounts + page.writeUnits * pages,
  };
  const ms = run.listCalls * assumed.listCallMs + (run.writeUnits + keys / 100) * assumed.awsCallMs;
  const runs = runsOf(facts.everyMinutes);
  return sum(fixedCosts(facts.fixed, measured.metrics), scale(runCost(stage, facts.function, run, ms), runs / 1e6));
};

const monthOf: Readonly<Record<StageOption, (stage: StageFacts, measured: Measured, month: Month) => Costs>> = {
  reconciliation: reconciliationCost,
  canary: (stage, measured, { accounts, handlers }) => {
    const [facts, counted] = [stage.options.canary, measured.options.canary];
    if (facts === undefined || counted === undefined) return {};
    const canaries = runsOf(facts.everyMinutes) * accounts;
    return sum(fixedCosts(facts.fixed, counted.metrics), scale(canaryCost(stage, measured, handlers), canaries / 1e6));
  },
  fallbackLane: ({ options: { fallbackLane } }) =>
    fallbackLane === undefined
      ? {}
      : sum(fixedCosts(fallbackLane.fixed, 0), {
          'idle polling': (prices.sqsRequests * emptyReceives(loadOf(0))) / 1e6,
        }),
};

/** Dollars of a month for each option that is priced: nothing is missed and nothing comes through the lane. */
export const optionCosts = (
  stage: StageFacts,
  measured: Measured,
  month: Month,
): Readonly<Partial<Record<StageOption, Costs>>> =>
  Object.fromEntries(
    stageOptions
      .filter((name) => stage.options[name] !== undefined)
      .map((name) => [name, monthOf[name](stage, measured, month)]),
  );
