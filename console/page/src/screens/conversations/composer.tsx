import { useId, useState } from 'preact/hooks';
import type { ConversationKey } from '../../../../api';
import { Button } from '../../components/button';
import { useConsole } from '../../console-context';

/** Sends a message as the person would: a signed webhook to the local gateway. */
export const Composer = ({ conversation }: { readonly conversation: ConversationKey }) => {
  const { api, announce } = useConsole();
  const [text, setText] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const inputId = useId();
  const { own, person } = conversation;

  const send = async (): Promise<void> => {
    if (isBusy || text.trim() === '') return;
    setBusy(true);
    const kind = person.startsWith('whatsapp:') ? 'whatsapp' : 'sms';
    const result = await api.send({ kind, from: person, to: own, body: text });
    setBusy(false);
    const refused = result.ok ? result.value.answers.find(({ status }) => status === null || status >= 300) : undefined;
    if (!result.ok) setError(result.message);
    else if (refused !== undefined) setError(`The gateway answered with ${refused.status ?? 'no status'}.`);
    else {
      setError(null);
      // Not what was typed meanwhile.
      setText((now) => (now === text ? '' : now));
      announce('Sent.');
    }
  };

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <label for={inputId}>Write as {person}</label>
      <textarea
        id={inputId}
        class="textarea"
        rows={1}
        placeholder="Message"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          void send();
        }}
      />
      <Button type="submit" kind="primary" icon="send" isBusy={isBusy}>
        Send
      </Button>
      {error === null ? null : (
        <p class="composer-error" role="alert">
          {error}
        </p>
      )}
    </form>
  );
};
