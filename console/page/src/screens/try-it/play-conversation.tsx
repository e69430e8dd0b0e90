import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../../components/button';
import { EmptyState } from '../../components/empty-state';
import { ErrorBox } from '../../components/error-box';
import { SafeText } from '../../components/safe-text';
import { Time } from '../../components/time';
import { useConsole } from '../../console-context';
import { hrefOf } from '../../text/route';
import { TextField } from '../parts/text-field';
import { isAnswered, type Bubble } from './dialogue';
import { RecentRuns } from './recent-runs';
import { useDialogue } from './use-dialogue';

/** Numbers that are reserved for examples: nobody owns them. */
const examplePerson = '+15550100001';
const exampleOwn = '+15550100002';

const BubbleItem = ({ bubble }: { readonly bubble: Bubble }) => (
  <li class={bubble.isPerson ? 'play-bubble is-person' : 'play-bubble is-own'}>
    <span class="visually-hidden">{bubble.isPerson ? 'Person: ' : 'Reply: '}</span>
    <p class="play-text">
      <SafeText text={bubble.text} keepsLines />
    </p>
    <p class="play-facts">
      <Time at={bubble.at} as="log" />
      {bubble.status === null ? null : <span>{bubble.status}</span>}
    </p>
  </li>
);

const Bubbles = ({ bubbles, isWaiting }: { readonly bubbles: readonly Bubble[]; readonly isWaiting: boolean }) => {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [bubbles.length]);
  return (
    <div class="play-scroller" ref={list} tabIndex={0} role="region" aria-label="Conversation">
      {bubbles.length === 0 ? (
        <EmptyState icon="conversations" title="Write the first message">
          <p>A handler that replies answers here, within a second or so.</p>
        </EmptyState>
      ) : null}
      <ol class="play-bubbles" aria-live="polite" aria-label="Messages">
        {bubbles.map((bubble) => (
          <BubbleItem key={bubble.sid} bubble={bubble} />
        ))}
      </ol>
      {isWaiting ? <p class="play-waiting">No reply yet</p> : null}
    </div>
  );
};

const NoStandIn = () => (
  <EmptyState icon="conversations" title="Replies go to Twilio here">
    <p>
      A conversation can be played where a stand-in for Twilio takes the replies: on a local gateway that runs without a
      Twilio API key.
    </p>
  </EmptyState>
);

const Player = () => {
  const { api, info } = useConsole();
  const [person, setPerson] = useState(examplePerson);
  const [own, setOwn] = useState(exampleOwn);
  const [text, setText] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const dialogue = useDialogue({ accountSid: info.accounts[0] ?? '', own: own.trim(), person: person.trim() });

  const send = async (): Promise<void> => {
    if (text === '' || isBusy) return;
    setBusy(true);
    const result = await api.send({ kind: 'sms', from: person.trim(), to: own.trim(), body: text });
    setBusy(false);
    const refused = result.ok ? result.value.answers.find(({ status }) => status === null || status >= 300) : undefined;
    if (!result.ok) setError(result.message);
    else if (refused !== undefined) setError(`The gateway answered with ${refused.status ?? 'nothing'}.`);
    else {
      setError(null);
      setText('');
      dialogue.watch();
    }
  };

  return (
    <div class="play">
      <div class="play-people">
        <TextField label="Person" inputMode="tel" value={person} onInput={setPerson} />
        <TextField label="Your number" inputMode="tel" value={own} onInput={setOwn} />
      </div>
      <Bubbles bubbles={dialogue.bubbles} isWaiting={dialogue.bubbles.length > 0 && !isAnswered(dialogue.bubbles)} />
      {error === null && dialogue.error === null ? null : <ErrorBox message={error ?? dialogue.error ?? ''} />}
      <form
        class="play-form"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <textarea
          class="textarea"
          rows={2}
          aria-label="Message"
          placeholder="Write as the person; Enter sends"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            void send();
          }}
        />
        <Button type="submit" kind="primary" icon="send" isBusy={isBusy} disabled={!info.allowsChanges || text === ''}>
          Send
        </Button>
      </form>
      <p class="section-note">
        <a href={hrefOf('conversation', '', { account: info.accounts[0], own: own.trim(), person: person.trim() })}>
          Open this conversation
        </a>
      </p>
    </div>
  );
};

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
