import { useState } from 'preact/hooks';
import { ErrorBox } from '../../components/error-box';
import { useConsole } from '../../console-context';
import { useLoad } from '../../use-load';
import { Answers } from './answers';
import { keptOutcomes, keepOutcome, type SendOutcome } from './kept-outcomes';
import { SendForm } from './send-form-view';

/** A form on the left, what the gateway answered on the right. */
export const SendWebhook = () => {
  const { api } = useConsole();
  const { value, error, reload } = useLoad('kinds', api.sendKinds);
  const [outcomes, setOutcomes] = useState(keptOutcomes);
  const add = (outcome: SendOutcome): void => setOutcomes(keepOutcome(outcome));
  return (
    <div class="try">
      <div class="try-form">
        {error === null ? null : <ErrorBox message={error} onRetry={reload} />}
        {value === null ? null : <SendForm kinds={value.kinds} onOutcome={add} />}
      </div>
      <Answers outcomes={outcomes} />
    </div>
  );
};
