import { Badge, type Tone } from '../../components/badge';
import { CopyButton } from '../../components/copy-button';
import { EmptyState } from '../../components/empty-state';
import { SafeText } from '../../components/safe-text';
import { Time } from '../../components/time';
import { hrefOf } from '../../text/route';
import { durationText } from '../../text/time-text';
import { StoredLink } from '../parts/stored-link';
import { Section } from '../parts/section';
import type { SendOutcome } from './kept-outcomes';
import { answerTone, type AnswerTone } from './send-form';

const tones: Readonly<Record<AnswerTone, Tone>> = { good: 'ok', expected: 'ok', bad: 'problem' };

const statusText = (status: number | null, tampered: boolean): string => {
  if (status === null) return 'No answer';
  return answerTone(status, tampered) === 'expected' ? `${status} as expected` : `${status}`;
};

const Outcome = ({ outcome }: { readonly outcome: SendOutcome }) => {
  const { request, result, at, title } = outcome;
  const tampered = request.tamper === true;
  const isStored = result.answers.some(({ status }) => status !== null && status < 300);
  const body = result.answers.at(-1)?.body ?? '';
  return (
    <li class="outcome">
      <div class="outcome-head">
        <strong>{title}</strong>
        <Time at={at} as="log" />
        {isStored ? <StoredLink subject={result.sid}>Show what is stored</StoredLink> : null}
        {tampered && !isStored ? <a href={hrefOf('refused')}>Show refused requests</a> : null}
      </div>
      <div class="outcome-sid">
        <code>
          <SafeText text={result.sid} />
        </code>
        <CopyButton text={result.sid} label="Copy SID" />
      </div>
      <ol class="outcome-answers" aria-label="Answers">
        {result.answers.map(({ status, durationMs }, index) => (
          <li key={index}>
            <Badge tone={tones[answerTone(status, tampered)]}>{statusText(status, tampered)}</Badge>
            <span class="number">{durationText(durationMs)}</span>
          </li>
        ))}
      </ol>
      {body === '' ? null : (
        <pre class="code-pre" tabIndex={0} aria-label="Body of the answer">
          <SafeText text={body} keepsLines max={2000} />
        </pre>
      )}
    </li>
  );
};

export const Answers = ({ outcomes }: { readonly outcomes: readonly SendOutcome[] }) => (
  <Section title="Answers">
    {outcomes.length === 0 ? (
      <EmptyState icon="send" title="Nothing was sent yet">
        <p>The gateway’s answers are listed here, each with its status and duration.</p>
      </EmptyState>
    ) : (
      <ul class="outcomes" aria-label="Answers">
        {outcomes.map((outcome) => (
          <Outcome key={outcome.key} outcome={outcome} />
        ))}
      </ul>
    )}
  </Section>
);
