import { useState } from 'preact/hooks';
import { Badge } from '../../components/badge';
import { Button } from '../../components/button';
import { ErrorBox } from '../../components/error-box';
import { useConsole } from '../../console-context';
import { useLoad } from '../../use-load';
import { Section } from '../parts/section';

/** The sums of `gateway account`. Those of a stage are counted on demand: each row that is read is paid for. */
export const Account = () => {
  const { info } = useConsole();
  const [isWanted, setWanted] = useState(info.isLocal);
  if (isWanted) return <Sums />;
  return (
    <Section title="Account" note={note}>
      <Button onClick={() => setWanted(true)}>Count</Button>
    </Section>
  );
};

const note = 'What became of the webhooks of the last 24 hours. gateway account asks Twilio, too.';

const Sums = () => {
  const { api } = useConsole();
  const { value, error, isLoading, reload } = useLoad('account', api.account);
  return (
    <Section
      title="Account"
      note={note}
      tools={
        <Button icon="replay" kind="quiet" isBusy={isLoading} onClick={reload}>
          Count again
        </Button>
      }
    >
      {error === null ? null : <ErrorBox message={error} onRetry={reload} />}
      {value === null ? (
        isLoading && <p class="waiting">Counting …</p>
      ) : (
        <ul class="checks" aria-label="Sums">
          {value.sums.map(({ text, problem }) => (
            <li key={text}>
              <Badge tone={problem === null ? 'ok' : 'problem'}>{problem === null ? 'Agrees' : 'Differs'}</Badge>
              <div>
                <h3>{text}</h3>
                {problem === null ? null : <p>{problem}</p>}
              </div>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
};
