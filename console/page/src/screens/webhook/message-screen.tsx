import type { MessagePage } from '../../../../api';
import { Badge } from '../../components/badge';
import { ErrorBox } from '../../components/error-box';
import { MediaItem } from '../../components/media-item';
import { SafeText } from '../../components/safe-text';
import { Time } from '../../components/time';
import { useConsole, useLiveEvents } from '../../console-context';
import type { ScreenProps } from '../../screen';
import { useKeys } from '../../shell/keys';
import { hrefOf } from '../../text/route';
import { useLoad } from '../../use-load';
import { goBack } from '../../use-route';
import { Address } from '../../webhooks/address';
import { CodeBlock } from './code-block';
import { DetailHead } from './detail-head';
import { Facts, hasText } from './facts';
import { ParamsTable } from './params-table';
import { Timeline } from './timeline';

const MessageText = ({ message }: { readonly message: MessagePage['message'] }) => {
  const { body, media, id, accountSid } = message;
  return (
    <section class="panel" aria-labelledby="text-title">
      <h2 id="text-title">Message</h2>
      {body === null || body === '' ? (
        <p class="none">No text</p>
      ) : (
        <p class="message-text">
          <SafeText text={body} keepsLines />
        </p>
      )}
      {media.map((item, index) => (
        <MediaItem key={index} account={accountSid ?? ''} message={id} index={index} media={item} />
      ))}
    </section>
  );
};

const Summary = ({ page }: { readonly page: MessagePage }) => {
  const { message } = page;
  return (
    <section class="panel" aria-labelledby="summary-title">
      <h2 id="summary-title">Summary</h2>
      <Facts
        facts={[
          ['From', <Address address={message.from} />],
          ['To', <Address address={message.to} />],
          ['Direction', message.direction],
          ['Received', <Time at={message.receivedAt} as="exact" />],
          ['Updated', message.updatedAt === null ? null : <Time at={message.updatedAt} as="exact" />],
          ['Type', message.messageType],
          ['Opt-out', message.optOutType === null ? null : <Badge tone="warning">{message.optOutType}</Badge>],
          ['Error', message.errorCode],
          ['Account', message.accountSid === null ? null : <code class="sid">{message.accountSid}</code>],
          ['Query', hasText(message.query) ? <SafeText text={message.query} /> : null],
        ]}
      />
    </section>
  );
};

const MessageDetail = ({ page }: { readonly page: MessagePage }) => {
  const { message, history, conversation, curl } = page;
  const { accountSid, own, person } = conversation ?? {};
  return (
    <article class="detail">
      <DetailHead webhook={message} idName="SID" curl={curl}>
        {conversation === null ? null : (
          <a class="button" href={hrefOf('conversations', '', { account: accountSid, own, person })}>
            Open conversation
          </a>
        )}
      </DetailHead>
      <div class="detail-grid">
        <div class="detail-column">
          <MessageText message={message} />
          {history.length === 0 ? null : (
            <section class="panel" aria-labelledby="timeline-title">
              <h2 id="timeline-title">Status callbacks</h2>
              <Timeline history={history} />
            </section>
          )}
        </div>
        <Summary page={page} />
      </div>
      {message.params === null ? null : (
        <section class="panel" aria-labelledby="params-title">
          <h2 id="params-title">Parameters</h2>
          <ParamsTable params={message.params} label="Parameters" />
        </section>
      )}
      <CodeBlock title="Raw" text={JSON.stringify({ message, history }, null, 2)} />
      <CodeBlock title="curl" text={curl} />
    </article>
  );
};

export const MessageScreen = ({ route }: ScreenProps) => {
  const { api } = useConsole();
  const account = route.params['account'] ?? '';
  const { value, error, reload } = useLoad(`${account} ${route.id}`, () => api.message(route.id, account));
  useLiveEvents((event) => {
    if (event.type === 'webhooks' && event.rows.some(({ subject }) => subject === route.id)) reload();
  });
  useKeys({ Escape: goBack });
  if (value !== null) return <MessageDetail page={value} />;
  return error === null ? null : <ErrorBox message={error} onRetry={reload} />;
};
