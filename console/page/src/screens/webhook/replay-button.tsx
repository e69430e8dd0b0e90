import { useId, useState } from 'preact/hooks';
import { Button } from '../../components/button';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { useConsole } from '../../console-context';

/** Publishes the event of a stored webhook again, to all handlers or to one. */
export const ReplayButton = ({
  id,
  accountSid,
  onResult,
}: {
  readonly id: string;
  readonly accountSid: string;
  readonly onResult: (result: { readonly isError: boolean; readonly message: string }) => void;
}) => {
  const { api, info } = useConsole();
  const [isAsking, setAsking] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [handler, setHandler] = useState('');
  const selectId = useId();
  if (!info.allowsChanges) return null;

  const replay = async (confirm: string | undefined): Promise<void> => {
    setAsking(false);
    setBusy(true);
    const result = await api.replay({
      id,
      accountSid,
      ...(handler === '' ? {} : { handler }),
      ...(confirm === undefined ? {} : { confirm }),
    });
    setBusy(false);
    onResult(
      result.ok ? { isError: false, message: result.value.message } : { isError: true, message: result.message },
    );
  };

  return (
    <>
      <Button icon="replay" isBusy={isBusy} onClick={() => setAsking(true)}>
        Replay
      </Button>
      {isAsking ? (
        <ConfirmDialog
          title="Replay this webhook"
          action="Replay"
          onConfirm={(confirm) => void replay(confirm)}
          onClose={() => setAsking(false)}
        >
          <p>
            Its event is published again. Handlers run again, even those that have handled it before: a reply is sent
            again.
          </p>
          <div class="field">
            <label for={selectId}>Handler</label>
            <select
              id={selectId}
              class="select"
              value={handler}
              onChange={(event) => setHandler(event.currentTarget.value)}
            >
              <option value="">All handlers</option>
              {info.handlers.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </div>
        </ConfirmDialog>
      ) : null}
    </>
  );
};
