import { Icon, type IconName } from '../components/icon';
import { toneOf } from './describe-webhook';
import type { WebhookView } from './webhook-view';

const iconOfStatus = { ok: 'check', problem: 'cross', warning: 'cross', accent: 'outbound', neutral: 'clock' } as const;

const iconOf = (webhook: WebhookView): IconName => {
  const { kind, direction, type } = webhook;
  if (kind === 'unrecognized') return 'warning';
  if (kind === 'usage') return 'health';
  if (kind === 'status') return iconOfStatus[toneOf(webhook)];
  if (kind === 'message') return direction === 'outbound' ? 'outbound' : 'inbound';
  return type?.startsWith('call') === true ? 'phone' : 'event';
};

const classOf = (webhook: WebhookView): string => {
  if (webhook.kind === 'message' && webhook.direction === 'inbound') return 'accent';
  return webhook.kind === 'status' || webhook.kind === 'unrecognized' ? toneOf(webhook) : 'neutral';
};

/** A picture of the webhook's type, next to its name. */
export const KindIcon = ({ webhook }: { readonly webhook: WebhookView }) => (
  <span class={`kind-icon badge-${classOf(webhook)}`}>
    <Icon name={iconOf(webhook)} size={14} />
  </span>
);
