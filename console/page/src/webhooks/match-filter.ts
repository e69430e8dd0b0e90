import type { SearchQuery } from '../text/search-query';
import type { WebhookView } from './webhook-view';

export interface RowFilter extends SearchQuery {
  readonly kind?: string;
  readonly direction?: string;
  /** ISO 8601. */
  readonly until?: string;
}

/** An address without a channel also finds that address in any channel. */
const hasAddress = (address: string | null, wanted: string): boolean =>
  address !== null && (address === wanted || (!wanted.includes(':') && address.replace(/^\w+:/, '') === wanted));

const hasText = (webhook: WebhookView, text: string): boolean => {
  const wanted = text.toLowerCase();
  return Object.values(webhook).some((value) => typeof value === 'string' && value.toLowerCase().includes(wanted));
};

/** Whether a webhook that has just arrived fits the filter, as the gateway decides for stored ones. */
export const matchesFilter = (webhook: WebhookView, filter: RowFilter): boolean => {
  const { from, to } = webhook;
  const rules: readonly (readonly [string | undefined, (wanted: string) => boolean])[] = [
    [filter.kind, (kind) => webhook.kind === kind],
    [filter.direction, (direction) => webhook.direction === direction],
    [filter.until, (until) => (webhook.receivedAt ?? '') <= until],
    [filter.with, (address) => hasAddress(from, address) || hasAddress(to, address)],
    [filter.from, (address) => hasAddress(from, address)],
    [filter.to, (address) => hasAddress(to, address)],
    [filter.status, (status) => webhook.status === status],
    [filter.type, (type) => webhook.type?.startsWith(type) ?? false],
    [filter.subject, (subject) => webhook.subject === subject],
    [filter.search, (text) => hasText(webhook, text)],
  ];
  return rules.every(([wanted, fits]) => wanted === undefined || wanted === '' || fits(wanted));
};
