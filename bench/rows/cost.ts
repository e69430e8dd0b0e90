import { join } from 'node:path';
import { total, sum, scale, type Costs } from '../cost/cost-parts';
import { fullBatches, tenPerSecond, trickle, type Load } from '../cost/load';
import { measure, type Measured } from '../cost/measure/measure';
import { fixedCosts, storageOf, type Month } from '../cost/month';
import { backfillCost, canaryCost, laneCost, optionCosts } from '../cost/option-costs';
import { readStage, type StageFacts } from '../cost/stage-facts';
import { stageOptions } from '../cost/stage-options';
import { handlerCost, offerCost, publishCost, replyCost, webhookCost, webhookLogBytes } from '../cost/webhook-cost';
import type { Ordering } from '../cost/webhook-cost';
import type { WebhookKind } from '../cost/measure/webhook-kinds';
import { atMost, figure, type Figure } from '../figures';
import { assumed, hostedGateways, prices, pricesReadOn, region } from '../prices';
import type { Row } from './bench';

const row = 'cost all in';

const parts = (costs: Costs): string =>
  Object.entries(costs)
    .filter(([, cost]) => cost > 0)
    .map(([name, cost]) => `${name} ${cost.toFixed(2)}`)
    .join(', ');

const line = (name: string, costs: Costs, goal?: number): Figure =>
  figure(row, name, total(costs), '$/M', { goal: goal === undefined ? undefined : atMost(goal), note: parts(costs) });

/** One handler, one account, nothing that arrives. */
const noMonth: Month = { messages: 0, sent: 0, callbacks: 0, events: 0, handlers: 0, accounts: 1 };

/**
 * Dollars for a million webhooks of each kind with everything that AWS charges for: from the template of the `prod`
 * stage, what its bundles write and ask for, and a price list.
 */
export const cost: Row = async ({ scratch }) => {
  const stage = readStage('prod', join(scratch, 'cost'), stageOptions);
  const measured = await measure(stage, join(scratch, 'cost-programs'));
  const loads: Readonly<Record<string, Load>> = {
    'at a trickle': trickle,
    'at 10 a second': tenPerSecond,
    'in full batches': fullBatches(stage),
  };
  return [
    ...Object.entries(loads).flatMap(([name, load]) => webhookFigures(stage, measured, name, load)),
    ...Object.entries(loads).flatMap(([name, load]) => handlerFigures(stage, measured, name, load)),
    ...fixedFigures(stage, measured),
    ...optionFigures(stage, measured),
    ...comparisons(stage, measured),
  ];
};

const goals: Readonly<Record<string, { readonly sms: number; readonly handled: number }>> = {
  'at a trickle': { sms: 5.9, handled: 7.6 },
  'in full batches': { sms: 4.8, handled: 5.4 },
};

const webhookFigures = (stage: StageFacts, { webhooks }: Measured, name: string, load: Load): readonly Figure[] => {
  const costs = (kind: WebhookKind): Costs => webhookCost(stage, webhooks[kind], load);
  const three = sum(costs('first callback'), scale(costs('later callback'), 2));
  const bytes = Object.entries(webhookLogBytes(stage, webhooks.sms, load));
  return [
    line(`SMS of 20 parameters, ${name}`, costs('sms'), goals[name]?.sms),
    line(`SMS with a form of 1 kB, ${name}`, costs('large sms')),
    line(`status callback of a message that is stored, ${name}`, costs('later callback')),
    line(`message that is sent, with three callbacks, ${name}`, three),
    line(`event of Event Streams, ${name}`, costs('event')),
    figure(
      row,
      `log bytes of an SMS, ${name}`,
      bytes.reduce((all, [, count]) => all + count, 0),
      'bytes',
      {
        note: bytes.map(([part, count]) => `${part} ${Math.round(count)}`).join(', '),
      },
    ),
  ];
};

const handledCost = (stage: StageFacts, { webhooks, handler }: Measured, load: Load, ordering: Ordering): Costs => {
  const { sms } = webhooks;
  return sum(publishCost(stage, sms, load), offerCost(sms), handlerCost(stage, handler, load, ordering));
};

const handlerFigures = (stage: StageFacts, measured: Measured, name: string, load: Load): readonly Figure[] => {
  const stored = webhookCost(stage, measured.webhooks.sms, load);
  const [ordered, unordered] = (['conversation', 'none'] as const).map((ordering) =>
    handledCost(stage, measured, load, ordering),
  ) as [Costs, Costs];
  return [
    line(`event to one handler, ${name}`, ordered),
    line(`SMS with one handler, ${name}`, sum(stored, ordered), goals[name]?.handled),
    line(`SMS with one handler and ordering: 'none', ${name}`, sum(stored, unordered)),
  ];
};

const monthly = (name: string, costs: Costs): Figure =>
  figure(row, name, total(costs), '$/month', { note: parts(costs) });

const optionFigures = (stage: StageFacts, measured: Measured): readonly Figure[] => {
  const idle = optionCosts(stage, measured, noMonth);
  const { reconciliation = {} } = optionCosts(stage, measured, { ...noMonth, messages: 1e6 });
  return [
    ...Object.entries(idle).map(([name, costs]) => monthly(`option ${name}, nothing arrives`, costs)),
    monthly('option reconciliation, in addition for a million SMS', sum(reconciliation, negative(idle.reconciliation))),
    line('a message that is backfilled', backfillCost(stage, measured)),
    line('a message through the fallback lane', laneCost(stage, measured)),
    line('a canary', canaryCost(stage, measured, 0)),
  ];
};

const negative = (costs: Costs = {}): Costs => scale(costs, -1);

const fixedFigures = (stage: StageFacts, measured: Measured): readonly Figure[] => {
  const none = fixedCosts(stage, measured, noMonth);
  const withHandler = fixedCosts(stage, measured, { ...noMonth, handlers: 1 });
  const { gigabytes, cost: kept } = storageOf(measured, { ...noMonth, messages: 1e6 });
  return [
    monthly('fixed, a stage with one account', none),
    monthly('fixed, the first handler', sum(withHandler, negative(none))),
    figure(row, 'not included: keeping a million SMS', kept, '$/month', {
      note: `${gigabytes.toFixed(1)} GB with both indexes, and their backup`,
    }),
  ];
};

const comparisons = (stage: StageFacts, measured: Measured): readonly Figure[] => {
  const { sms } = measured.webhooks;
  const ours = webhookCost(stage, sms, trickle);
  const { 'Hookdeck Team': cheapest, Convoy, Svix } = hostedGateways.plans;
  return [
    line(
      'for comparison: an SMS behind a REST API, at a trickle',
      webhookCost({ ...stage, api: 'rest' }, sms, trickle),
    ),
    line('for comparison: with a secret read for each SMS, at a trickle', {
      ...ours,
      'secret reads': prices.secretReads,
    }),
    line('for comparison: with tracing, at a trickle', webhookCost({ ...stage, tracing: true }, sms, trickle)),
    figure(row, 'for comparison: SMS for the price of a hosted gateway', cheapest / total(ours), 'M', {
      note: `Hookdeck Team $${cheapest}, Convoy $${Convoy}, Svix $${Svix} a month, read ${hostedGateways.read}`,
    }),
    figure(row, 'a reply of a handler, without the price of Twilio', replyCost(stage), '$/M', {
      note: `waits ${assumed.twilioCallMs} ms; prices of ${pricesReadOn}, ${region}`,
    }),
  ];
};
