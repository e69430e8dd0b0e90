import { priceList, pricesReadOn, region } from '../prices';
import { sum, total, type Costs } from './cost-parts';
import type { Measured } from './measure/measure';
import { fixedCosts, storageOf, variableCosts, webhookCount, webhooksOf, type Month } from './month';
import { optionCosts } from './option-costs';
import type { StageFacts } from './stage-facts';
import type { StageOption } from './stage-options';

/** A month, itemized, in dollars. */
export interface MonthReport {
  readonly month: Month;
  readonly webhooks: number;
  readonly tracing: boolean;
  readonly variable: Costs;
  readonly fixed: Costs;
  /** Of the options that are priced, whether or not a message is missed. */
  readonly options: Readonly<Partial<Record<StageOption, Costs>>>;
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
  const options = optionCosts(stage, measured, month);
  const storage = storageOf(measured, month);
  return {
    month,
    webhooks: webhookCount(month),
    tracing: stage.tracing,
    variable,
    fixed,
    options,
    storage,
    total: total(variable) + total(fixed) + total(sum(...Object.values(options))) + storage.cost,
    region,
    pricesReadOn,
    quotedPrices: Object.entries(priceList).flatMap(([name, price]) => ('quoted' in price ? [name] : [])),
  };
};

const width = 31;
const dollars = (amount: number): string => `$${amount.toFixed(2)}`.padStart(12);

const items = (costs: Costs): readonly string[] =>
  Object.entries(costs)
    .filter(([, cost]) => cost >= 0.005)
    .map(([name, cost]) => `  ${name.padEnd(width - 2)}${dollars(cost)}`);

const section = (title: string, costs: Costs): readonly string[] => [
  `${title.padEnd(width)}${dollars(total(costs))}`,
  ...items(costs),
];

const kindNames: Readonly<Record<string, string>> = {
  sms: 'incoming message',
  'first callback': 'first status callback',
  'later callback': 'later status callback',
  event: 'event',
};

const number = (amount: number): string => Math.round(amount).toLocaleString('en-US');
const plural = (amount: number, one: string): string => `${number(amount)} ${one}${amount === 1 ? '' : 's'}`;

/** The report for a person. */
export const renderReport = (report: MonthReport): string => {
  const { month, storage, tracing, webhooks } = report;
  const arriving = Object.entries(webhooksOf(month)).flatMap(([kind, amount]) =>
    amount > 0 ? [plural(amount, kindNames[kind] ?? kind)] : [],
  );
  const has = [plural(month.accounts, 'Twilio account'), plural(month.handlers, 'handler')];
  const kept = `keeping ${storage.gigabytes.toFixed(2)} GB in the table`;
  return [
    `${plural(webhooks, 'webhook')} a month: ${arriving.join(', ') || 'none'}`,
    `${has.join(', ')}, tracing ${tracing ? 'on' : 'off'}`,
    '',
    ...section('webhooks', report.variable),
    ...section('every month, whatever arrives', report.fixed),
    ...Object.entries(report.options).flatMap(([name, costs]) => section(`the option ${name}`, costs)),
    `${kept.padEnd(width)}${dollars(storage.cost)}`,
    `${'total'.padEnd(width)}${dollars(report.total)}`,
    '',
    ...(storage.cost < 0.005
      ? []
      : [`Each month adds as much data: after a year, keeping it costs $${(storage.cost * 12).toFixed(2)} a month.`]),
    `Prices in ${report.region} without free tier; bench/prices.ts has the page and the day of each.`,
    "Twilio's prices are extra. Webhooks that come in bursts cost less: here they come evenly.",
    '',
  ].join('\n');
};
