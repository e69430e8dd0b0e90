import type { Setup } from '../../../../api';
import { CopyButton } from '../../components/copy-button';
import { ErrorBox } from '../../components/error-box';
import { useConsole } from '../../console-context';
import { useLoad } from '../../use-load';
import { CodeWords } from '../parts/code-words';
import { Callout } from '../parts/callout';
import { ScreenHead } from '../parts/screen-head';
import { Section } from '../parts/section';
import { DifferencesAtTwilio } from './differences';

const Urls = ({ urls }: { readonly urls: Setup['urls'] }) => (
  <ul class="cards" aria-label="URLs">
    {urls.map(({ name, url, use }) => (
      <li class="card" key={name}>
        <h3>{name}</h3>
        <p>{use}</p>
        <div class="copy-line">
          <code>{url}</code>
          <CopyButton text={url} label={`Copy the URL for ${name}`} />
        </div>
      </li>
    ))}
  </ul>
);

const Commands = ({ commands }: { readonly commands: Setup['commands'] }) => (
  <ul class="commands" aria-label="Commands">
    {commands.map(({ command, text }) => (
      <li key={command}>
        <p>{text}</p>
        <div class="copy-line">
          <code>{command}</code>
          <CopyButton text={command} label={`Copy ${command}`} />
        </div>
      </li>
    ))}
  </ul>
);

export const SetupScreen = () => {
  const { api } = useConsole();
  const { value, error, reload } = useLoad('setup', api.setup);
  return (
    <div class="screen">
      <ScreenHead title="Setup" note="URLs for Twilio, and the commands that set them for you." />
      {error === null ? null : <ErrorBox message={error} onRetry={reload} />}
      {value === null ? null : (
        <div class="setup">
          {value.hint === null ? null : (
            <Callout tone="warning">
              <CodeWords text={value.hint} />
            </Callout>
          )}
          <Section title="URLs" note="Each is for one kind of webhook.">
            <Urls urls={value.urls} />
          </Section>
          <Section title="Commands">
            <Commands commands={value.commands} />
          </Section>
          <DifferencesAtTwilio />
        </div>
      )}
    </div>
  );
};
