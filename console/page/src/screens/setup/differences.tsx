import { useState } from 'preact/hooks';
import type { Differences } from '../../../../api';
import { Badge } from '../../components/badge';
import { Button } from '../../components/button';
import { ErrorBox } from '../../components/error-box';
import { SafeText } from '../../components/safe-text';
import { useConsole } from '../../console-context';
import { Section } from '../parts/section';

type Account = Differences['accounts'][number];

const AccountItem = ({ account: { account, changes, problem } }: { readonly account: Account }) => (
  <li class="account">
    <div class="account-head">
      <h3>
        <SafeText text={account} />
      </h3>
      {problem !== null ? (
        <Badge tone="problem">Not read</Badge>
      ) : changes.length === 0 ? (
        <Badge tone="ok">As wanted</Badge>
      ) : (
        <Badge tone="warning">{changes.length === 1 ? '1 difference' : `${changes.length} differences`}</Badge>
      )}
    </div>
    {problem === null ? null : (
      <p class="is-problem">
        <SafeText text={problem} keepsLines />
      </p>
    )}
    {changes.length === 0 ? null : (
      <ul class="changes">
        {changes.map((change) => (
          <li key={change}>
            <SafeText text={change} keepsLines />
          </li>
        ))}
      </ul>
    )}
  </li>
);

/** Asked for by a click: the gateway then calls Twilio with the stage's credentials. */
export const DifferencesAtTwilio = () => {
  const { api, announce } = useConsole();
  const [found, setFound] = useState<Differences | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const compare = async (): Promise<void> => {
    setBusy(true);
    const result = await api.differences();
    setBusy(false);
    setError(result.ok ? null : result.message);
    if (result.ok) setFound(result.value);
    announce(result.ok ? 'Twilio was compared.' : result.message);
  };
  return (
    <Section
      title="What differs at Twilio"
      note="Reads the settings of your accounts at Twilio. Nothing is changed."
      tools={
        <Button icon="replay" isBusy={isBusy} onClick={() => void compare()}>
          Compare with Twilio
        </Button>
      }
    >
      {error === null ? null : <ErrorBox message={error} />}
      {found === null ? null : found.accounts.length === 0 ? (
        <p class="section-note">No account was compared.</p>
      ) : (
        <ul class="accounts" aria-label="Accounts">
          {found.accounts.map((account) => (
            <AccountItem key={account.account} account={account} />
          ))}
        </ul>
      )}
    </Section>
  );
};
