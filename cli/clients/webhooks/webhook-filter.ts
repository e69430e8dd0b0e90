import { conversationIdOf } from '../../../lambda/shared/events/conversation';
import type { WebhookFilter, WebhookView } from '../webhook-view';
import { kindsOfSortKey } from './webhook-item';

/** Twilio's prefixes of an address in a channel other than SMS. */
const channels = ['whatsapp', 'messenger', 'rcs'];

/** The address, and without a channel also this address in each channel. */
export const addressesOf = (address: string): readonly string[] =>
  address.includes(':') ? [address] : [address, ...channels.map((channel) => `${channel}:${address}`)];

const messageKinds: readonly string[] = ['message', 'status'];

/** The kinds that can fit a filter: only messages and statuses have a direction, addresses and a status. */
const possibleKinds = ({ kinds, direction, from, to, with: either, status }: WebhookFilter) => {
  const isOfMessages = [direction, from, to, either, status].some((value) => value !== undefined);
  if (!isOfMessages) return kinds;
  return kinds === undefined ? messageKinds : kinds.filter((kind) => messageKinds.includes(kind));
};

/** Whether the item with a sort key can fit, so that other items are not read. */
export const canFit = (filter: WebhookFilter): ((entry: { readonly sk: string }) => boolean) => {
  const kinds = possibleKinds(filter);
  return ({ sk }) => {
    const kindsOfKey = kindsOfSortKey(sk);
    return kinds === undefined ? kindsOfKey.length > 0 : kindsOfKey.some((kind) => kinds.includes(kind));
  };
};

const hasText = (webhook: WebhookView, text: string): boolean =>
  Object.values(webhook).some((value) => typeof value === 'string' && value.toLowerCase().includes(text));

/** Whether a webhook fits every field of a filter. */
export const fits = (filter: WebhookFilter): ((webhook: WebhookView) => boolean) => {
  const { direction, status, type, subject } = filter;
  const from = filter.from === undefined ? undefined : addressesOf(filter.from);
  const to = filter.to === undefined ? undefined : addressesOf(filter.to);
  const either = filter.with === undefined ? undefined : addressesOf(filter.with);
  const search = filter.search?.toLowerCase();
  return (webhook) =>
    filter.kinds?.includes(webhook.kind) !== false &&
    (direction === undefined || webhook.direction === direction) &&
    (status === undefined || webhook.status === status) &&
    (type === undefined || webhook.type?.startsWith(type) === true) &&
    (subject === undefined || webhook.subject === subject) &&
    from?.includes(webhook.from ?? '') !== false &&
    to?.includes(webhook.to ?? '') !== false &&
    (either === undefined || either.includes(webhook.from ?? '') || either.includes(webhook.to ?? '')) &&
    (search === undefined || hasText(webhook, search));
};

/** Both addresses of the wanted messages, if the filter names them, each with its channels. */
const pairOf = ({
  from,
  to,
  with: either,
}: WebhookFilter): readonly [readonly string[], readonly string[]] | undefined => {
  if (from !== undefined && to !== undefined) return [addressesOf(from), addressesOf(to)];
  const named = from ?? to;
  if (named === undefined || either === undefined) return undefined;
  const [one, other] = [addressesOf(named), addressesOf(either)];
  // `--from A --with A` means everything that A sent.
  return one.some((address) => other.includes(address)) ? undefined : [one, other];
};

/** The conversations in which all wanted webhooks are; undefined if the filter does not say. */
export const conversationsOf = (
  accountSids: readonly string[],
  filter: WebhookFilter,
): readonly string[] | undefined => {
  const pair = pairOf(filter);
  if (pair === undefined || possibleKinds(filter)?.join() !== 'message') return undefined;
  const ids = accountSids.flatMap((account) =>
    pair[0].flatMap((one) => pair[1].map((other) => conversationIdOf(account, one, other))),
  );
  return [...new Set(ids)];
};
