import { CopyButton } from '../../components/copy-button';
import { SafeText } from '../../components/safe-text';

/** A text of several lines that can be copied, shown on demand. */
export const CodeBlock = ({
  title,
  text,
  isOpen = false,
}: {
  readonly title: string;
  readonly text: string;
  readonly isOpen?: boolean;
}) => (
  <details class="panel code-block" open={isOpen}>
    <summary>
      <h2>{title}</h2>
    </summary>
    <div class="code-box">
      <pre tabIndex={0} aria-label={title}>
        <SafeText text={text} keepsLines />
      </pre>
      <CopyButton text={text} label={`Copy ${title}`} />
    </div>
  </details>
);
