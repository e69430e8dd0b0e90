import { Fragment } from 'preact';
import { SafeText } from '../../components/safe-text';

/** A sentence of the gateway, in which `backticks` mark code. It may contain text of a stranger. */
export const CodeWords = ({ text }: { readonly text: string }) => (
  <>
    {text.split('`').map((part, index) => {
      const safe = <SafeText text={part} keepsLines />;
      return index % 2 === 0 ? <Fragment key={index}>{safe}</Fragment> : <code key={index}>{safe}</code>;
    })}
  </>
);
