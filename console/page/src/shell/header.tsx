import { useState } from 'preact/hooks';
import { Button } from '../components/button';
import { useConsole, useLiveState } from '../console-context';
import { applyTheme, nextTheme, readTheme } from './theme';

const liveTexts = { connecting: 'Connecting', live: 'Live', lost: 'Reconnecting', problem: 'Cannot read' } as const;

const LiveMark = () => {
  const { live } = useConsole();
  const state = useLiveState();
  return (
    <span class={`live live-${state}`} title={state === 'problem' ? live.problem() : undefined}>
      <span class="live-dot" />
      <span class="live-text">{liveTexts[state]}</span>
    </span>
  );
};

const ThemeButton = () => {
  const [theme, setTheme] = useState(readTheme);
  const icon = theme === 'light' ? 'sun' : theme === 'dark' ? 'moon' : 'system';
  const change = (): void => {
    const next = nextTheme(theme);
    applyTheme(next);
    setTheme(next);
  };
  return <Button icon={icon} kind="quiet" label={`Theme: ${theme}`} onClick={change} />;
};

/** The gateway's name and stage, always in sight. */
export const Header = ({ onHelp }: { readonly onHelp: () => void }) => {
  const { info } = useConsole();
  const stage = info.isProduction ? 'production' : info.isLocal ? 'local' : 'stage';
  return (
    <header class={`header header-${stage}`}>
      <div class="header-name">
        <span class={`stage stage-${stage}`}>
          {info.isProduction ? 'Production' : info.isLocal ? 'Local' : 'Stage'}
        </span>
        <strong>{info.name}</strong>
        {info.allowsChanges ? null : <span class="read-only">Read-only</span>}
      </div>
      <div class="header-tools">
        <LiveMark />
        <span class="header-help">
          <Button icon="keyboard" kind="quiet" label="Keyboard shortcuts" onClick={onHelp} />
        </span>
        <ThemeButton />
      </div>
    </header>
  );
};

/** Has the header's size before the gateway has answered. */
export const HeaderPlaceholder = () => <header class="header" aria-busy="true" />;
