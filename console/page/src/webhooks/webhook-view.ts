import type { WebhookPage } from '../../../api';

export type WebhookView = WebhookPage['rows'][number];

/** Two rows with one key are the same webhook. */
export const keyOf = ({ kind, accountSid, id, receivedAt }: WebhookView): string =>
  `${kind} ${accountSid ?? ''} ${id} ${receivedAt ?? ''}`;

export const webhookKinds = ['message', 'status', 'event', 'usage', 'unrecognized'] as const;

export const kindTitles: Readonly<Record<WebhookView['kind'], string>> = {
  message: 'Messages',
  status: 'Statuses',
  event: 'Events',
  usage: 'Usage',
  unrecognized: 'Unrecognized',
};
