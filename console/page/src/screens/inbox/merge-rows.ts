import { keyOf, type WebhookView } from '../../webhooks/webhook-view';

/** More rows than this are dropped from the end; they can be loaded again. */
export const mostRows = 20_000;

const isNewer = (left: WebhookView, right: WebhookView): number => {
  const [first, second] = [left.receivedAt ?? '', right.receivedAt ?? ''];
  return first === second ? 0 : first < second ? 1 : -1;
};

/** Both lists as one, the newest first, each webhook once. If both have it, the row of `added` is used. */
export const mergeRows = (rows: readonly WebhookView[], added: readonly WebhookView[]): readonly WebhookView[] => {
  if (added.length === 0) return rows;
  const byKey = new Map(added.map((row) => [keyOf(row), row]));
  return [...byKey.values(), ...rows.filter((row) => !byKey.has(keyOf(row)))].sort(isNewer);
};

/** The rows of `added` that `rows` does not have. */
export const newRows = (rows: readonly WebhookView[], added: readonly WebhookView[]): readonly WebhookView[] => {
  const keys = new Set(rows.map(keyOf));
  return added.filter((row) => !keys.has(keyOf(row)));
};

/** After an interruption: whether the newest page reaches down to a row that is known, so that nothing is missing. */
export const reachesRows = (rows: readonly WebhookView[], page: readonly WebhookView[]): boolean =>
  rows.length === 0 || newRows(rows, page).length < page.length;

/** Without the item of an outgoing message whose last status is a row of its own, and would say the same. */
export const withoutRepeats = (rows: readonly WebhookView[]): readonly WebhookView[] => {
  const keyOfStatus = ({ accountSid, subject, status }: WebhookView): string =>
    [accountSid, subject, status].map(String).join('#');
  const statuses = new Set(rows.filter(({ kind }) => kind === 'status').map(keyOfStatus));
  return statuses.size === 0
    ? rows
    : rows.filter((row) => row.kind !== 'message' || row.direction !== 'outbound' || !statuses.has(keyOfStatus(row)));
};
