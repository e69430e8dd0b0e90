import type { ComponentChildren } from 'preact';
import { useConsole } from '../../console-context';
import { hrefOf } from '../../text/route';

/** Long enough for a dead letter, which SQS keeps for 14 days. */
const range = '30d';

const isMessage = (subject: string): boolean => /^(?:SM|MM)[0-9a-f]{32}$/.test(subject);

/** A link to what is stored about a SID: a message, else the search of the inbox. */
export const StoredLink = ({
  subject,
  isCode = false,
  children,
}: {
  readonly subject: string;
  readonly isCode?: boolean;
  readonly children: ComponentChildren;
}) => {
  const { info } = useConsole();
  const [account, ...others] = info.accounts;
  const href =
    isMessage(subject) && account !== undefined && others.length === 0
      ? hrefOf('message', subject, { account })
      : hrefOf('inbox', '', { search: `subject:${subject}`, range });
  return (
    <a class={isCode ? 'mono' : undefined} href={href}>
      {children}
    </a>
  );
};
