import { assumed, prices } from '../prices';
import { scale, sum, type Costs } from './cost-parts';
import { emptyReceives, loadOf, type Load } from './load';
import type { Measured } from './measure/measure';
import type { FixedParts, StageFacts } from './stage-facts';
import { handlerCost, offerCost, publishCost, webhookCost } from './webhook-cost';
import type { WebhookKind } from './measure/webhook-kinds';

/** What arrives in a month, and what the stage has. */
export interface Month {
  readonly messages: number;
  /** Messages that are sent, which have status callbacks. */
  readonly sent: number;
  /** For each message that is sent. */
  readonly callbacks: number;
  readonly events: number;
  /** Each gets every incoming message. */
  readonly handlers: number;
  readonly accounts: number;
}

const secretCacheSeconds = 300;

/** How many webhooks of each kind a month has. */
export const webhooksOf = ({
  messages,
  sent,
  callbacks,
  events,
}: Month): Readonly<Partial<Record<WebhookKind, number>>> => ({
  sms: messages,
  'first callback': callbacks === 0 ? 0 : sent,
  'later callback': sent * Math.max(0, callbacks - 1),
  event: events,
});

const entriesOf = (month: Month): readonly (readonly [WebhookKind, number])[] =>
  // Object.entries loses the type of the keys.
  Object.entries(webhooksOf(month)) as [WebhookKind, number][];

export const webhookCount = (month: Month): number => entriesOf(month).reduce((all, [, count]) => all + count, 0);

/** Dollars of what arrives, evenly spread over the month. */
export const variableCosts = (stage: StageFacts, measured: Measured, month: Month): Costs => {
  const load = loadOf(webhookCount(month));
  const costs = entriesOf(month).map(([kind, count]) => {
    const webhook = measured.webhooks[kind];
    const stored = webhookCost(stage, webhook, load);
    const published = month.handlers === 0 ? {} : publishCost(stage, webhook, load);
    return scale(sum(stored, published, scale(offerCost(webhook), month.handlers)), count / 1e6);
  });
  const handled = handlerCost(stage, measured.handler, loadOf(month.messages), 'conversation');
  return sum(...costs, scale(handled, (month.messages * month.handlers) / 1e6));
};

/** Dollars of what costs the same in every month. */
export const fixedCosts = (stage: StageFacts, { metrics }: Measured, month: Month): Costs => {
  const { handlers, accounts } = month;
  const parts: readonly FixedParts[] = [
    stage.fixed,
    ...(handlers > 0 ? [stage.fixedOfEvents] : []),
    ...Array.from({ length: handlers }, () => stage.fixedOfHandler),
  ];
  const count = (of: (part: FixedParts) => number): number => parts.reduce((all, part) => all + of(part), 0);
  const webhooks = loadOf(webhookCount(month));
  const queues = [
    prices.sqsRequests * emptyReceives(webhooks),
    prices.sqsFifoRequests * emptyReceives(loadOf(month.messages)) * handlers,
  ];
  return {
    alarms: prices.alarmMetrics * count(({ alarmMetrics }) => alarmMetrics),
    dashboard: prices.dashboards * count(({ dashboards }) => dashboards),
    'KMS keys': prices.keys * count(({ keys }) => keys),
    // The template has one account.
    secrets: prices.secrets * (count(({ secrets }) => secrets) + accounts - 1),
    'secret reads': (prices.secretReads * secretReads(webhooks, accounts)) / 1e6,
    'custom metrics':
      prices.customMetrics * (metrics.gateway + (handlers > 0 ? publisherMetrics(metrics, handlers) : 0)),
    'idle polling': queues.reduce((all, cost) => all + cost, 0) / 1e6,
  };
};

/** The publisher has one metric, each handler the others. */
const publisherMetrics = ({ handlers }: Measured['metrics'], count: number): number => 1 + (handlers - 1) * count;

/** Each environment of ingress reads each secret every five minutes while webhooks arrive. */
const secretReads = ({ perSecond }: Load, accounts: number): number => {
  const environments = Math.max(1, (perSecond * assumed.ingressMs) / 1000);
  const used = Math.min(perSecond, environments / secretCacheSeconds);
  return used * assumed.daysPerMonth * 86_400 * accounts;
};

/** Gigabytes that a month adds to the table, and what it costs to keep them for a month, with their backup. */
export const storageOf = (
  { webhooks }: Measured,
  month: Month,
): { readonly gigabytes: number; readonly cost: number } => {
  const bytes = entriesOf(month).reduce((all, [kind, count]) => all + webhooks[kind].storedBytes * count, 0);
  const gigabytes = bytes / 1e9;
  return { gigabytes, cost: gigabytes * (prices.dynamodbStorage + prices.dynamodbBackup) };
};
