import type { ComponentChildren } from 'preact';
import { Badge } from '../components/badge';
import { SafeText } from '../components/safe-text';
import { Time } from '../components/time';
import { Address } from './address';
import { hrefOfWebhook, isSummaryAnId, statusOf, summaryOf, toneOf } from './describe-webhook';
import { KindIcon } from './kind-icon';
import type { WebhookView } from './webhook-view';

/** Longer texts do not fit into a row of the widest screen. */
const longestSummary = 200;

export const webhookColumns = [
  { title: 'Time', class: 'cell-time' },
  { title: 'Type', class: 'cell-type' },
  { title: 'From', class: 'cell-from' },
  { title: 'To', class: 'cell-to' },
  { title: 'Content', class: 'cell-content' },
  { title: 'Status', class: 'cell-status' },
] as const;

/** The cells of a row. The link of the type covers the row; one row of a table can be reached with Tab. */
export const webhookCells = (webhook: WebhookView, isTabStop: boolean): readonly ComponentChildren[] => {
  const { kind, type, from, to, receivedAt, optOutType, via } = webhook;
  const status = statusOf(webhook);
  return [
    <Time at={receivedAt} as="log" />,
    <>
      <KindIcon webhook={webhook} />
      <a class="row-link" href={hrefOfWebhook(webhook)} tabIndex={isTabStop ? 0 : -1}>
        <SafeText text={type ?? kind} max={80} />
      </a>
    </>,
    <Address address={from} />,
    <Address address={to} />,
    <>
      {optOutType === null || optOutType === '' ? null : <Badge tone="warning">{optOutType}</Badge>}
      {via === null ? null : <Badge tone="neutral">{via}</Badge>}
      <span class={isSummaryAnId(webhook) ? 'code faint' : undefined}>
        <SafeText text={summaryOf(webhook)} max={longestSummary} />
      </span>
    </>,
    status === null ? null : <Badge tone={toneOf(webhook)}>{status}</Badge>,
  ];
};
