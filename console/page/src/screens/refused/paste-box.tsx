import { useState } from 'preact/hooks';
import type { Explanation } from '../../../../api';
import { Button } from '../../components/button';
import { ErrorBox } from '../../components/error-box';
import { useConsole } from '../../console-context';
import { TextField } from '../parts/text-field';
import { ExplanationView } from './explanation-view';

type Answer = { readonly verdict: Explanation } | { readonly error: string };

/** Explains a request that was captured elsewhere. It goes to the gateway of this page, and is not stored. */
export const PasteBox = () => {
  const { api, announce } = useConsole();
  const [text, setText] = useState('');
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [isBusy, setBusy] = useState(false);

  const explain = async (): Promise<void> => {
    if (text.trim() === '') return;
    setBusy(true);
    const result = await api.explain(text);
    setBusy(false);
    setAnswer(result.ok ? { verdict: result.value } : { error: result.message });
    announce(result.ok ? result.value.summary : result.message);
  };

  return (
    <section class="side" aria-labelledby="paste-title">
      <div class="side-head">
        <h2 id="paste-title">Explain a request</h2>
      </div>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void explain();
        }}
      >
        <TextField
          label="Captured request"
          hint="A raw HTTP request, a curl command or a HAR file, with its signature. It is not stored."
          lines={10}
          isCode
          value={text}
          onInput={setText}
        />
        <div class="form-buttons">
          <Button type="submit" kind="primary" isBusy={isBusy} disabled={text.trim() === ''}>
            Explain
          </Button>
          {text === '' ? null : (
            <Button
              kind="quiet"
              onClick={() => {
                setText('');
                setAnswer(null);
              }}
            >
              Clear
            </Button>
          )}
        </div>
      </form>
      {answer === null ? null : 'verdict' in answer ? (
        <ExplanationView verdict={answer.verdict} />
      ) : (
        <ErrorBox message={answer.error} />
      )}
    </section>
  );
};
