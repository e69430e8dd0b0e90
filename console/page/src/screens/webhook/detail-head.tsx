import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Badge } from '../../components/badge';
import { CopyButton } from '../../components/copy-button';
import { Icon } from '../../components/icon';
import { SafeText } from '../../components/safe-text';
import { hrefOf } from '../../text/route';
import { goBack } from '../../use-route';
import { statusOf, toneOf } from '../../webhooks/describe-webhook';
import { KindIcon } from '../../webhooks/kind-icon';
import type { WebhookView } from '../../webhooks/webhook-view';
import { ReplayButton } from './replay-button';

/** The way back, what it is, and what can be done with it. */
export const DetailHead = ({
  webhook,
  idName,
  curl,
  children,
}: {
  readonly webhook: WebhookView;
  /** `SID` or `id`. */
  readonly idName: string;
  readonly curl: string;
  readonly children?: ComponentChildren;
}) => {
  const [result, setResult] = useState<{ isError: boolean; message: string } | null>(null);
  const { id, accountSid } = webhook;
  const status = statusOf(webhook);
  return (
    <div class="detail-head">
      <a
        class="back"
        href={hrefOf('inbox')}
        onClick={(event) => {
          event.preventDefault();
          goBack();
        }}
      >
        <Icon name="back" /> Back
      </a>
      <div class="detail-title">
        <h1>
          <KindIcon webhook={webhook} />
          <SafeText text={webhook.type ?? webhook.kind} max={120} />
        </h1>
        {status === null ? null : <Badge tone={toneOf(webhook)}>{status}</Badge>}
        <div class="detail-actions">
          {children}
          <CopyButton showsLabel text={curl} label="Copy as curl" />
          {accountSid === null ? null : <ReplayButton id={id} accountSid={accountSid} onResult={setResult} />}
        </div>
      </div>
      <p class="detail-id">
        <code>{id}</code>
        <CopyButton text={id} label={`Copy ${idName}`} />
      </p>
      <p
        class={result === null ? 'visually-hidden' : `notice notice-${result.isError ? 'problem' : 'ok'}`}
        role="status"
      >
        {result?.message}
      </p>
    </div>
  );
};
