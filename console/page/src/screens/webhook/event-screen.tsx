import type { EventPage } from '../../../../api';
import { ErrorBox } from '../../components/error-box';
import { SafeText } from '../../components/safe-text';
import { Time } from '../../components/time';
import { useConsole } from '../../console-context';
import type { ScreenProps } from '../../screen';
import { useKeys } from '../../shell/keys';
import { prettyText } from '../../text/pretty-text';
import { useLoad } from '../../use-load';
import { goBack } from '../../use-route';
import { Address } from '../../webhooks/address';
import { WebhookList } from '../../webhooks/webhook-list';
import { CodeBlock } from './code-block';
import { DetailHead } from './detail-head';
import { Facts, hasText } from './facts';
import { ParamsTable } from './params-table';

const Summary = ({ event }: Pick<EventPage, 'event'>) => (
  <section class="panel" aria-labelledby="summary-title">
    <h2 id="summary-title">Summary</h2>
    <Facts
      facts={[
        ['Subject', event.subject === null ? null : <code class="sid">{event.subject}</code>],
        ['Received', <Time at={event.receivedAt} as="exact" />],
        ['From', event.from === null ? null : <Address address={event.from} />],
        ['To', event.to === null ? null : <Address address={event.to} />],
        ['Reason', event.reason === null ? null : <SafeText text={event.reason} />],
        ['Route', event.route],
        ['Source', event.source === null ? null : <SafeText text={event.source} />],
        ['Error', event.errorCode],
        ['Account', event.accountSid === null ? null : <code class="sid">{event.accountSid}</code>],
        ['Query', hasText(event.query) ? <SafeText text={event.query} /> : null],
      ]}
    />
  </section>
);

const EventDetail = ({ page }: { readonly page: EventPage }) => {
  const { event, related, curl } = page;
  return (
    <article class="detail">
      <DetailHead webhook={event} idName="id" curl={curl} />
      <div class="detail-grid">
        <Summary event={event} />
        {related.length === 0 ? null : (
          <section class="panel" aria-labelledby="related-title">
            <h2 id="related-title">Related webhooks</h2>
            <WebhookList rows={related} />
          </section>
        )}
      </div>
      {event.params === null ? null : (
        <section class="panel" aria-labelledby="params-title">
          <h2 id="params-title">Parameters</h2>
          <ParamsTable params={event.params} label="Parameters" />
        </section>
      )}
      {event.payload === null ? null : (
        <>
          <CodeBlock title="Payload" text={prettyText(event.payload)} isOpen={event.params === null} />
          <CodeBlock title="Payload as received" text={event.payload} />
        </>
      )}
      {event.payloadBase64 === null ? null : <CodeBlock title="Payload in Base64" text={event.payloadBase64} />}
      <CodeBlock title="Raw" text={JSON.stringify(event, null, 2)} />
      <CodeBlock title="curl" text={curl} />
    </article>
  );
};

export const EventScreen = ({ route }: ScreenProps) => {
  const { api } = useConsole();
  const account = route.params['account'] ?? '';
  const { value, error, reload } = useLoad(`${account} ${route.id}`, () => api.event(route.id, account));
  useKeys({ Escape: goBack });
  if (value !== null) return <EventDetail page={value} />;
  return error === null ? null : <ErrorBox message={error} onRetry={reload} />;
};
