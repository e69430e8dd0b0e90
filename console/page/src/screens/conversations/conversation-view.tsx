import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { ConversationKey } from '../../../../api';
import { Button } from '../../components/button';
import { EmptyState } from '../../components/empty-state';
import { ErrorBox } from '../../components/error-box';
import { Icon } from '../../components/icon';
import { useConsole } from '../../console-context';
import { groupByDay } from '../../text/group-by-day';
import { hrefOf } from '../../text/route';
import { dayText } from '../../text/time-text';
import { Address } from '../../webhooks/address';
import { BubbleView } from './bubble-view';
import type { Bubble } from './bubbles';
import { Composer } from './composer';
import { useConversation } from './use-conversation';

/** Closer to the end than this, new messages are scrolled into sight. */
const nearEndPixels = 120;

/** Keeps the end in sight when messages are added there, and the place when older ones are added before. */
export const useKeptPlace = (bubbles: readonly Bubble[]) => {
  const scroller = useRef<HTMLDivElement | null>(null);
  const before = useRef({ height: 0, top: 0, isAtEnd: true, first: '' });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const { height, top, isAtEnd, first } = before.current;
    const hasOlder = first !== '' && bubbles[0]?.sid !== first;
    if (hasOlder) element.scrollTop = top + element.scrollHeight - height;
    else if (isAtEnd) element.scrollTop = element.scrollHeight;
    before.current = { ...before.current, height: element.scrollHeight, first: bubbles[0]?.sid ?? '' };
  }, [bubbles]);
  const onScroll = (): void => {
    const element = scroller.current;
    if (element === null) return;
    const { scrollTop: top, scrollHeight: height, clientHeight } = element;
    before.current = { ...before.current, top, height, isAtEnd: height - top - clientHeight < nearEndPixels };
  };
  return { scroller, onScroll };
};

export const ConversationView = ({ conversation }: { readonly conversation: ConversationKey }) => {
  const { info } = useConsole();
  const { accountSid, own, person } = conversation;
  const { bubbles, hasOlder, isLoading, error, loadOlder, reload } = useConversation(conversation);
  const days = useMemo(() => groupByDay(bubbles, ({ at }) => new Date(at)), [bubbles]);
  const { scroller, onScroll } = useKeptPlace(bubbles);
  return (
    <section class="conversation" aria-labelledby="conversation-title">
      <div class="conversation-head">
        <a class="back" href={hrefOf('conversations')} aria-label="All conversations">
          <Icon name="back" />
        </a>
        <h1 id="conversation-title">
          <Address address={person} />
        </h1>
        <span class="conversation-own">
          with <Address address={own} />
        </span>
      </div>
      <div class="bubbles" ref={scroller} onScroll={onScroll} tabIndex={0} role="group" aria-label="Messages">
        {error === null ? null : <ErrorBox message={error} onRetry={reload} />}
        {hasOlder ? (
          <div class="older">
            <Button isBusy={isLoading} onClick={loadOlder}>
              Older messages
            </Button>
          </div>
        ) : null}
        {bubbles.length === 0 && !isLoading && error === null ? (
          <EmptyState icon="conversations" title="No message in this conversation" />
        ) : null}
        {days.map(({ date, items }) => (
          <div key={date.getTime()}>
            <h2 class="day">{dayText(date, new Date())}</h2>
            <ol>
              {items.map((bubble) => (
                <BubbleView key={bubble.sid} bubble={bubble} account={accountSid} />
              ))}
            </ol>
          </div>
        ))}
      </div>
      {info.isLocal ? <Composer conversation={conversation} /> : null}
    </section>
  );
};
