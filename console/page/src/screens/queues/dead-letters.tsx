import { useState } from 'preact/hooks';
import type { DeadLetterList } from '../../../../api';
import { Button } from '../../components/button';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { CopyButton } from '../../components/copy-button';
import { EmptyState } from '../../components/empty-state';
import { ErrorBox } from '../../components/error-box';
import { Icon } from '../../components/icon';
import { SafeText } from '../../components/safe-text';
import { Time } from '../../components/time';
import { useConsole } from '../../console-context';
import { hrefOf } from '../../text/route';
import { useLoad } from '../../use-load';
import { Callout } from '../parts/callout';
import { prettyText } from '../../text/pretty-text';
import { StoredLink } from '../parts/stored-link';
import { deadLetterCount } from './queue-totals';

type DeadLetter = DeadLetterList['deadLetters'][number];

const DeadLetterItem = ({ letter }: { readonly letter: DeadLetter }) => (
  <li class="letter">
    <details>
      <summary>
        <span class="letter-reason">
          <SafeText text={letter.reason} max={300} />
        </span>
        <span class="letter-facts">
          <Time at={letter.sentAt} />
          <span>received {letter.receiveCount === 1 ? 'once' : `${letter.receiveCount} times`}</span>
          {letter.subject === null ? null : (
            <code>
              <SafeText text={letter.subject} />
            </code>
          )}
        </span>
      </summary>
      <div class="letter-body">
        <div class="letter-tools">
          {letter.subject === null ? null : (
            <StoredLink subject={letter.subject}>Show what is stored about it</StoredLink>
          )}
          <CopyButton text={letter.body} label="Copy body" showsLabel />
        </div>
        <pre class="code-pre" tabIndex={0} aria-label="Body">
          <SafeText text={prettyText(letter.body)} keepsLines />
        </pre>
      </div>
    </details>
  </li>
);

const Redrive = ({
  queue,
  count,
  onDone,
}: {
  readonly queue: string;
  readonly count: number;
  readonly onDone: (result: { readonly isOk: boolean; readonly message: string }) => void;
}) => {
  const { api, announce } = useConsole();
  const [isAsking, setAsking] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const redrive = async (typed: string | undefined): Promise<void> => {
    setAsking(false);
    setBusy(true);
    const result = await api.redrive(queue, typed);
    setBusy(false);
    const message = result.ok ? result.value.message : result.message;
    announce(message);
    onDone({ isOk: result.ok && result.value.started, message });
  };
  return (
    <>
      <Button kind="primary" icon="replay" isBusy={isBusy} onClick={() => setAsking(true)}>
        Redrive
      </Button>
      {isAsking ? (
        <ConfirmDialog
          title={`Redrive the dead letters of ${queue}?`}
          action="Redrive"
          onConfirm={(typed) => void redrive(typed)}
          onClose={() => setAsking(false)}
        >
          <p>
            {count === 1 ? 'One dead letter goes' : `${count.toLocaleString('en')} dead letters go`} back to the queue,
            and each is handled again. Redrive after the cause is fixed: what fails again becomes a dead letter again.
          </p>
        </ConfirmDialog>
      ) : null}
    </>
  );
};

/** @param count how many SQS reports; null if the queue is not in the list */
export const DeadLetters = ({
  queue,
  count,
  onChange,
}: {
  readonly queue: string;
  readonly count: number | null;
  readonly onChange: () => void;
}) => {
  const { api, info } = useConsole();
  const { value, error, isLoading, reload } = useLoad(`dead letters of ${queue}`, () => api.deadLetters(queue));
  const [outcome, setOutcome] = useState<{ readonly isOk: boolean; readonly message: string } | null>(null);
  const letters = value?.deadLetters ?? [];
  const known = count ?? letters.length;

  return (
    <section class="side" aria-labelledby="queue-name">
      <div class="side-head">
        <a class="back" href={hrefOf('queues')}>
          <Icon name="back" />
          All queues
        </a>
        <h2 id="queue-name">{queue}</h2>
        {count === null ? null : <p class="section-note">{deadLetterCount(count)}</p>}
        <div class="section-tools">
          <Button icon="replay" isBusy={isLoading} onClick={reload} kind="quiet">
            Read again
          </Button>
          {info.allowsChanges && known > 0 ? (
            <Redrive
              queue={queue}
              count={known}
              onDone={(result) => {
                setOutcome(result);
                onChange();
                reload();
              }}
            />
          ) : null}
        </div>
      </div>
      {outcome === null ? null : <Callout tone={outcome.isOk ? 'ok' : 'problem'}>{outcome.message}</Callout>}
      {error === null ? null : <ErrorBox message={error} onRetry={reload} />}
      {value === null && isLoading ? (
        <p class="waiting" role="status">
          Reading the dead letters. SQS is polled for up to ten seconds.
        </p>
      ) : null}
      {value !== null && letters.length === 0 ? (
        <EmptyState icon="check" title="No dead letters">
          <p>Every message of this queue was handled, or waits for its next attempt.</p>
        </EmptyState>
      ) : null}
      <ul class="letters" aria-label={`Dead letters of ${queue}`}>
        {letters.map((letter) => (
          <DeadLetterItem key={letter.id} letter={letter} />
        ))}
      </ul>
      {value !== null && value.others > 0 ? (
        <p class="section-note">
          {value.others === 1 ? 'One more was' : `${value.others.toLocaleString('en')} more were`} not received this
          time. Read again to see others.
        </p>
      ) : null}
    </section>
  );
};
