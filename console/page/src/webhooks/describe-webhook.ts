import { hrefOf } from '../text/route';
import type { Tone } from '../text/tone';
import type { WebhookView } from './webhook-view';

const toneOfStatus: Readonly<Record<string, Tone>> = {
  received: 'neutral',
  accepted: 'neutral',
  queued: 'neutral',
  scheduled: 'neutral',
  sending: 'neutral',
  sent: 'accent',
  delivered: 'ok',
  read: 'ok',
  completed: 'ok',
  approved: 'ok',
  undelivered: 'problem',
  failed: 'problem',
  canceled: 'warning',
  busy: 'warning',
  'no-answer': 'warning',
};

export const statusTone = (status: string): Tone => toneOfStatus[status] ?? 'neutral';

/** The status of a message; of another webhook the last word of its type, such as `completed`. */
export const statusOf = ({ kind, status, type }: WebhookView): string | null => {
  if (kind === 'unrecognized') return 'unrecognized';
  if (status !== null && status !== '') return status;
  const last = type?.split('.').at(-1) ?? '';
  return last in toneOfStatus ? last : null;
};

export const toneOf = (webhook: WebhookView): Tone => {
  if (webhook.kind === 'unrecognized') return 'warning';
  const status = statusOf(webhook);
  return status === null ? 'neutral' : statusTone(status);
};

/** The webhook in one line: its text, else its media, its error, its reason or its SID. */
export const summaryOf = ({ kind, body, numMedia, errorCode, reason, subject, id }: WebhookView): string => {
  if (body !== null && body !== '') return body;
  if (numMedia > 0) return numMedia === 1 ? '1 attachment' : `${numMedia} attachments`;
  if (errorCode !== null && errorCode !== '') return `Error ${errorCode}`;
  return (kind === 'unrecognized' ? reason : null) ?? subject ?? id;
};

/** Whether `summaryOf` is an identifier, not words. */
export const isSummaryAnId = (webhook: WebhookView): boolean => summaryOf(webhook) === (webhook.subject ?? webhook.id);

/** The screen that shows a webhook. A status is shown with its message. */
export const hrefOfWebhook = ({ kind, id, accountSid, subject }: WebhookView): string => {
  const account = { account: accountSid };
  if (kind === 'message') return hrefOf('message', id, account);
  if (kind === 'status') return hrefOf('message', subject ?? id.split('#')[0] ?? id, account);
  return hrefOf('event', id, account);
};
