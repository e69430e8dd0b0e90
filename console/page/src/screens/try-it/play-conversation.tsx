import { useState } from 'preact/hooks';
import type { ConversationKey } from '../../../../api';
import { EmptyState } from '../../components/empty-state';
import { ErrorBox } from '../../components/error-box';
import { useConsole } from '../../console-context';
import { hrefOf } from '../../text/route';
import { BubbleView } from '../conversations/bubble-view';
import { Composer } from '../conversations/composer';
import { useKeptPlace } from '../conversations/conversation-view';
import { useConversation } from '../conversations/use-conversation';
import { TextField } from '../parts/text-field';
import { RecentRuns } from './recent-runs';

/** Numbers that are reserved for examples: nobody owns them. */
const examplePerson = '+15550100001';
const exampleOwn = '+15550100002';

/** Rendered with a key for each pair of numbers. */
const Dialogue = ({ conversation }: { readonly conversation: ConversationKey }) => {
  const { info } = useConsole();
  const { bubbles, isLoading, error, reload } = useConversation(conversation);
  const { scroller, onScroll } = useKeptPlace(bubbles);
  return (
    <div class="conversation">
      <div class="bubbles" ref={scroller} onScroll={onScroll} tabIndex={0} role="group" aria-label="Messages">
        {error === null ? null : <ErrorBox message={error} onRetry={reload} />}
        {bubbles.length === 0 && !isLoading && error === null ? (
          <EmptyState icon="conversations" title="Write the first message">
            <p>A handler that replies answers here, within a second or so.</p>
          </EmptyState>
        ) : null}
        <ol aria-live="polite">
          {bubbles.map((bubble) => (
            <BubbleView key={bubble.sid} bubble={bubble} account={conversation.accountSid} />
          ))}
        </ol>
      </div>
      {info.allowsChanges ? <Composer conversation={conversation} /> : null}
    </div>
  );
};

const Player = () => {
  const { info } = useConsole();
  const [person, setPerson] = useState(examplePerson);
  const [own, setOwn] = useState(exampleOwn);
  const [accountSid = ''] = info.accounts;
  const key = { accountSid, own: own.trim(), person: person.trim() };
  const isComplete = key.own !== '' && key.person !== '';
  return (
    <div class="play">
      <div class="play-people">
        <TextField label="Person" inputMode="tel" value={person} onInput={setPerson} />
        <TextField label="Your number" inputMode="tel" value={own} onInput={setOwn} />
      </div>
      {isComplete ? (
        <Dialogue key={`${key.person} ${key.own}`} conversation={key} />
      ) : (
        <EmptyState icon="conversations" title="Enter both numbers" />
      )}
      <p class="play-more">
        <a href={hrefOf('conversations', '', { account: accountSid, own: key.own, person: key.person })}>
          Show it in Conversations
        </a>
      </p>
    </div>
  );
};

const NoStandIn = () => (
  <EmptyState icon="conversations" title="Replies go to Twilio here">
    <p>
      A conversation can be played only where a stand-in for Twilio takes the replies: on a local gateway without a
      Twilio API key.
    </p>
  </EmptyState>
);

export const PlayConversation = () => {
  const { info } = useConsole();
  if (!info.hasStandIn) return <NoStandIn />;
  return (
    <div class="play-columns">
      <Player />
      <RecentRuns />
    </div>
  );
};
