import { useId, useState } from 'preact/hooks';
import type { SendKinds } from '../../../../api';
import { Button } from '../../components/button';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { ErrorBox } from '../../components/error-box';
import { useConsole } from '../../console-context';
import { TextField } from '../parts/text-field';
import type { SendOutcome } from './kept-outcomes';
import { fieldsOf, sendRequest, type FormValues } from './send-form';

const maxRepeat = 20;
let sent = 0;

export const SendForm = ({
  kinds,
  onOutcome,
}: {
  readonly kinds: SendKinds['kinds'];
  readonly onOutcome: (outcome: SendOutcome) => void;
}) => {
  const { api, info, announce } = useConsole();
  const [kind, setKind] = useState(kinds[0]?.kind ?? '');
  const [values, setValues] = useState<FormValues>({});
  const [tamper, setTamper] = useState(false);
  const [repeat, setRepeat] = useState(1);
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const kindId = useId();
  const repeatId = useId();
  const chosen = kinds.find((entry) => entry.kind === kind);
  const names = chosen?.fields ?? [];

  const send = async (typed?: string): Promise<void> => {
    setAsking(false);
    setBusy(true);
    const request = sendRequest({ kind, tamper, repeat }, names, values);
    const result = await api.send(typed === undefined ? request : { ...request, confirm: typed });
    setBusy(false);
    setError(result.ok ? null : result.message);
    if (!result.ok) return;
    const statuses = result.value.answers.map(({ status }) => status ?? 'no answer').join(', ');
    announce(`Answered with ${statuses}.`);
    onOutcome({
      key: ++sent,
      at: new Date().toISOString(),
      title: chosen?.title ?? kind,
      request,
      result: result.value,
    });
  };

  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        if (isBusy || !info.allowsChanges) return;
        if (info.confirmation === undefined) void send();
        else setAsking(true);
      }}
    >
      <div class="field">
        <label for={kindId}>Webhook</label>
        <select id={kindId} class="select" value={kind} onChange={(event) => setKind(event.currentTarget.value)}>
          {kinds.map((entry) => (
            <option key={entry.kind} value={entry.kind}>
              {entry.title}
            </option>
          ))}
        </select>
      </div>
      {fieldsOf(names).map(({ name, ...field }) => (
        <TextField
          key={name}
          {...field}
          isCode={name === 'sid'}
          value={values[name] ?? ''}
          onInput={(value) => setValues({ ...values, [name]: value })}
        />
      ))}
      <div class="form-options">
        <label class="check">
          <input type="checkbox" checked={tamper} onChange={(event) => setTamper(event.currentTarget.checked)} />
          Tamper with it after signing
        </label>
        <label class="check" for={repeatId}>
          Send it
          <input
            id={repeatId}
            class="input repeat"
            type="number"
            min={1}
            max={maxRepeat}
            value={repeat}
            onInput={(event) => setRepeat(Math.min(maxRepeat, Math.max(1, event.currentTarget.valueAsNumber || 1)))}
          />
          {repeat === 1 ? 'time' : 'times'}
        </label>
      </div>
      {error === null ? null : <ErrorBox message={error} />}
      <div class="form-buttons">
        <Button type="submit" kind="primary" icon="send" isBusy={isBusy} disabled={!info.allowsChanges}>
          Send
        </Button>
      </div>
      {isAsking ? (
        <ConfirmDialog
          title="Send this webhook?"
          action="Send"
          onConfirm={(typed) => void send(typed)}
          onClose={() => setAsking(false)}
        >
          <p>The gateway stores it as if Twilio had sent it, and your handlers run.</p>
        </ConfirmDialog>
      ) : null}
    </form>
  );
};
