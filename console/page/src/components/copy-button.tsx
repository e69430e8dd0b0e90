import { useEffect, useRef, useState } from 'preact/hooks';
import { useConsole } from '../console-context';
import { Button } from './button';

const shownMs = 1_600;

/** Copies a text. @param label what is copied, such as `Copy SID` */
export const CopyButton = ({
  text,
  label,
  showsLabel = false,
}: {
  readonly text: string;
  readonly label: string;
  readonly showsLabel?: boolean;
}) => {
  const { announce } = useConsole();
  const [outcome, setOutcome] = useState<'copied' | 'failed' | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const show = (next: 'copied' | 'failed'): void => {
    setOutcome(next);
    announce(next === 'copied' ? 'Copied.' : 'The browser did not allow copying.');
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setOutcome(null), shownMs);
  };
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => show('copied'),
      () => show('failed'),
    );
  };
  const icon = outcome === null ? 'copy' : outcome === 'copied' ? 'check' : 'cross';
  return showsLabel ? (
    <Button icon={icon} onClick={copy}>
      {label}
    </Button>
  ) : (
    <Button icon={icon} kind="quiet" label={label} onClick={copy} />
  );
};
