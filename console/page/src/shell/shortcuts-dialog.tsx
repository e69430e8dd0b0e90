import { useEffect, useRef } from 'preact/hooks';
import { Button } from '../components/button';

const shortcuts: readonly (readonly [keys: readonly string[], text: string])[] = [
  [['/'], 'Search'],
  [['j', 'k'], 'Next and previous row'],
  [['Enter'], 'Open the row'],
  [['Esc'], 'Close, or go back'],
  [['g', 'i'], 'Inbox'],
  [['g', 'c'], 'Conversations'],
  [['g', 'r'], 'Refused'],
  [['g', 'q'], 'Queues'],
  [['g', 'h'], 'Handlers'],
  [['g', 't'], 'Try it'],
  [['g', 'e'], 'Health'],
  [['g', 's'], 'Setup'],
  [['?'], 'This list'],
];

export const ShortcutsDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="shortcuts" onClose={onClose}>
      <h2 id="shortcuts">Keyboard shortcuts</h2>
      <dl class="shortcuts">
        {shortcuts.map(([keys, text]) => (
          <div key={text}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <div class="dialog-buttons">
        <Button onClick={onClose}>Close</Button>
      </div>
    </dialog>
  );
};
