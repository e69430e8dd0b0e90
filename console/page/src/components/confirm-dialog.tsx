import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { useConsole } from '../console-context';
import { Button } from './button';

/**
 * Asks before a change. In a production stage the name of the stage is typed.
 * @param onConfirm gets what was typed, for the field `confirm` of the request; undefined where nothing is typed
 */
export const ConfirmDialog = ({
  title,
  action,
  children,
  onConfirm,
  onClose,
}: {
  readonly title: string;
  /** The text of the button, such as `Redrive`. */
  readonly action: string;
  readonly children: ComponentChildren;
  readonly onConfirm: (typed: string | undefined) => void;
  readonly onClose: () => void;
}) => {
  const { info } = useConsole();
  const dialog = useRef<HTMLDialogElement>(null);
  const [typed, setTyped] = useState('');
  const headingId = useId();
  const inputId = useId();
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  const expected = info.confirmation;
  const isConfirmed = expected === undefined || typed === expected;

  return (
    <dialog ref={dialog} class="dialog" aria-labelledby={headingId} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isConfirmed) onConfirm(expected === undefined ? undefined : typed);
        }}
      >
        <h2 id={headingId}>{title}</h2>
        <div class="dialog-text">{children}</div>
        {expected === undefined ? null : (
          <div class="field">
            <label for={inputId}>
              This changes production. Type <code>{expected}</code> to confirm.
            </label>
            <input
              id={inputId}
              class="input"
              autocomplete="off"
              spellcheck={false}
              value={typed}
              onInput={(event) => setTyped(event.currentTarget.value)}
            />
          </div>
        )}
        <div class="dialog-buttons">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind={info.isProduction ? 'danger' : 'primary'} disabled={!isConfirmed}>
            {action}
          </Button>
        </div>
      </form>
    </dialog>
  );
};
