import { Badge } from '../components/badge';
import { SafeText } from '../components/safe-text';
import { Time } from '../components/time';
import { hrefOfWebhook, statusOf, summaryOf, toneOf } from './describe-webhook';
import { KindIcon } from './kind-icon';
import { keyOf, type WebhookView } from './webhook-view';

/** A few webhooks, each a link to its screen. */
export const WebhookList = ({ rows }: { readonly rows: readonly WebhookView[] }) => (
  <ul class="webhook-list">
    {rows.map((webhook) => {
      const status = statusOf(webhook);
      return (
        <li key={keyOf(webhook)}>
          <KindIcon webhook={webhook} />
          <a class="row-link" href={hrefOfWebhook(webhook)}>
            <SafeText text={webhook.type ?? webhook.kind} max={80} />
          </a>
          <span class="webhook-list-text">
            <SafeText text={summaryOf(webhook)} max={200} />
          </span>
          {status === null ? null : <Badge tone={toneOf(webhook)}>{status}</Badge>}
          <Time at={webhook.receivedAt} />
        </li>
      );
    })}
  </ul>
);
