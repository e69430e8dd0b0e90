import { useEffect, useRef, useState } from 'preact/hooks';
import type { ConversationKey } from '../../../../api';
import { EmptyState } from '../../components/empty-state';
import { ErrorBox } from '../../components/error-box';
import { SearchBox } from '../../components/search-box';
import { useConsole, useLiveEvents } from '../../console-context';
import type { ScreenProps } from '../../screen';
import { useKeys } from '../../shell/keys';
import { hrefOf } from '../../text/route';
import { openScreen } from '../../use-route';
import { useLoad } from '../../use-load';
import { ConversationList, keyOfConversation } from './conversation-list';
import { ConversationView } from './conversation-view';

const periodDays = 30;
const most = '200';
const settleMs = 250;

const readKey = ({ account, own, person }: Readonly<Record<string, string>>): ConversationKey | null =>
  account === undefined || own === undefined || person === undefined ? null : { accountSid: account, own, person };

const since = (): string => new Date(Date.now() - periodDays * 86_400_000).toISOString();

/** The list, and the open conversation next to it; on a narrow page only one of them. */
export const ConversationsScreen = ({ route }: ScreenProps) => {
  const { api } = useConsole();
  const [search, setSearch] = useState('');
  const input = useRef<HTMLInputElement | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const { value, error, isLoading, reload } = useLoad(search, () =>
    api.conversations({ since: since(), search, limit: most }),
  );
  useEffect(() => () => clearTimeout(timer.current), []);
  useLiveEvents((event) => {
    if (event.type !== 'webhooks' || event.rows.every(({ kind }) => kind !== 'message')) return;
    clearTimeout(timer.current);
    timer.current = setTimeout(reload, settleMs);
  });

  const open = readKey(route.params);
  const current = open === null ? '' : keyOfConversation(open);
  // The open conversation has the page's first heading.
  const Heading = open === null ? 'h1' : 'h2';
  const conversations = value?.conversations ?? [];
  const move = (step: number): void => {
    const at = conversations.findIndex((each) => keyOfConversation(each) === current);
    const next = conversations[Math.max(0, at + step)];
    if (next === undefined) return;
    openScreen('conversations', '', { account: next.accountSid, own: next.own, person: next.person });
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    '/': () => input.current?.select(),
    Escape: () => (open === null ? undefined : openScreen('conversations')),
  });

  return (
    <div class={`conversations${open === null ? '' : ' has-open'}`}>
      <section class="conversations-side" aria-labelledby="conversations-title">
        <div class="conversations-head">
          <Heading id="conversations-title">Conversations</Heading>
          <SearchBox value={search} input={input} placeholder="Number or text" onChange={setSearch} />
        </div>
        {error === null ? null : <ErrorBox message={error} onRetry={reload} />}
        {conversations.length > 0 ? (
          <ConversationList conversations={conversations} current={current} />
        ) : isLoading || error !== null ? null : search === '' ? (
          <EmptyState icon="conversations" title="No conversation yet">
            <p>Messages of the last {periodDays} days appear here, by person.</p>
            <a href={hrefOf('try')}>Send a test message</a>
          </EmptyState>
        ) : (
          <EmptyState icon="search" title="Nothing found" />
        )}
      </section>
      {open === null ? (
        <div class="conversation-none">
          <EmptyState icon="conversations" title="Choose a conversation" />
        </div>
      ) : (
        <ConversationView key={current} conversation={open} />
      )}
    </div>
  );
};
