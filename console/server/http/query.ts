import { isWebhookKind, webhookKinds, type WebhookFilter, type WebhookKind } from '../../../cli/clients/webhook-view';
import { invalid } from './api-problem';

/** A parameter that is given and not empty. */
export const optional = (query: URLSearchParams, name: string): string | undefined => query.get(name) || undefined;

/** @throws ApiProblem if the parameter is absent */
export const required = (query: URLSearchParams, name: string): string => {
  const value = optional(query, name);
  if (value === undefined) throw invalid(`The parameter ${name} is missing.`);
  return value;
};

/** @throws ApiProblem for anything but a whole number in the range */
export const wholeNumber = (
  query: URLSearchParams,
  name: string,
  range: { readonly least: number; readonly most: number; readonly otherwise: number },
): number => {
  const text = optional(query, name);
  if (text === undefined) return range.otherwise;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (!(value >= range.least && value <= range.most)) {
    throw invalid(`${name} is a number from ${range.least} to ${range.most}.`);
  }
  return value;
};

/** Repeated, or separated by commas. */
const kindsOf = (query: URLSearchParams): readonly WebhookKind[] =>
  query
    .getAll('kinds')
    .flatMap((text) => text.split(','))
    .filter((text) => text !== '')
    .map((text) => {
      if (!isWebhookKind(text)) throw invalid(`kinds takes ${webhookKinds.join(', ')}.`);
      return text;
    });

const directionOf = (query: URLSearchParams): 'inbound' | 'outbound' | undefined => {
  const direction = optional(query, 'direction');
  if (direction === undefined || direction === 'inbound' || direction === 'outbound') return direction;
  throw invalid('direction takes inbound and outbound.');
};

/** @throws ApiProblem for a value that is not allowed */
export const filterOf = (query: URLSearchParams): WebhookFilter => {
  const found = kindsOf(query);
  const direction = directionOf(query);
  const texts = ['from', 'to', 'with', 'status', 'type', 'subject', 'search'].flatMap((name) => {
    const value = optional(query, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...(found.length === 0 ? {} : { kinds: found }),
    ...(direction === undefined ? {} : { direction }),
    ...Object.fromEntries(texts),
  };
};

const dayMs = 86_400_000;

const timeOf = (query: URLSearchParams, name: string): Date | undefined => {
  const text = optional(query, name);
  if (text === undefined) return undefined;
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw invalid(`${name} is a time such as 2026-01-31T00:00:00Z.`);
  return time;
};

/** `since` and `until`, by default the last seven days. The clock of this machine may be slow: one day is added. */
export const periodOf = (query: URLSearchParams, now: Date): { readonly since: Date; readonly until: Date } => ({
  since: timeOf(query, 'since') ?? new Date(now.getTime() - 7 * dayMs),
  until: timeOf(query, 'until') ?? new Date(now.getTime() + dayMs),
});
