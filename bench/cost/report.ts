import { priceList, pricesReadOn, region } from '../prices';
import { total, type Costs } from './cost-parts';
import type { Measured } from './measure';
import { fixedCosts, storageOf, variableCosts, webhookCount, webhooksOf, type Month } from './month';
import type { StageFacts } from './stage-facts';

/** A month, itemized, in dollars. */
export interface MonthReport {
  readonly month: Month;
  readonly webhooks: number;
  readonly tracing: boolean;
  readonly variable: Costs;
  readonly fixed: Costs;
  readonly storage: { readonly gigabytes: number; readonly cost: number };
  /** Of the first month. */
  readonly total: number;
  readonly region: string;
  readonly pricesReadOn: string;
  /** Prices that were not read on AWS's page. */
  readonly quotedPrices: readonly string[];
}

export const reportOf = (stage: StageFacts, measured: Measured, month: Month): MonthReport => {
  const variable = variableCosts(stage, measured, month);
  const fixed = fixedCosts(stage, measured, month);
  const storage = storageOf(measured, month);
  return {
    month,
    webhooks: webhookCount(month),
    tracing: stage.tracing,
    variable,
    fixed,
    storage,
    total: total(variable) + total(fixed) + storage.cost,
    region,
    pricesReadOn,
    quotedPrices: Object.entries(priceList).flatMap(([name, price]) => ('quoted' in price ? [name] : [])),
  };
};

const dollars = (amount: number): string => `$${amount.toFixed(2)}`.padStart(12);
const count = (number: number): string => Math.round(number).toLocaleString('en-US');

const items = (costs: Costs): readonly string[] =>
  Object.entries(costs)
    .filter(([, cost]) => cost >= 0.005)
    .map(([name, cost]) => `  ${name.padEnd(28)}${dollars(cost)}`);

const section = (title: string, costs: Costs): readonly string[] => [
  `${title.padEnd(30)}${dollars(total(costs))}`,
  ...items(costs),
];

const kindNames: Readonly<Record<string, string>> = {
  sms: 'incoming messages',
  'first callback': 'first status callbacks',
  'later callback': 'later status callbacks',
  event: 'events',
};

/** The report for a person. */
export const renderReport = (report: MonthReport): string => {
  const { month, storage, webhooks } = report;
  const arriving = Object.entries(webhooksOf(month)).filter(([, number]) => number > 0);
  const kept = `keeping ${storage.gigabytes.toFixed(2)} GB in the table`;
  return [
    `${count(webhooks)} webhooks a month: ${arriving.map(([kind, number]) => `${count(number)} ${kindNames[kind] ?? kind}`).join(', ') || 'none'}`,
    `${count(month.accounts)} Twilio accounts, ${count(month.handlers)} handlers, tracing ${report.tracing ? 'on' : 'off'}`,
    '',
    ...section('webhooks', report.variable),
    ...section('every month, whatever arrives', report.fixed),
    `${kept.padEnd(30)}${dollars(storage.cost)}`,
    `${'total'.padEnd(30)}${dollars(report.total)}`,
    '',
    ...(storage.cost < 0.005
      ? []
      : [`Each further month adds as much data: after a year, keeping it costs${dollars(storage.cost * 12)} a month.`]),
    `Prices of ${report.region} without free tier, checked on ${report.pricesReadOn}; bench/prices.ts has their pages.`,
    "Twilio's own prices are extra. Webhooks that arrive in bursts cost less than these, which come one by one.",
    '',
  ].join('\n');
};
