import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ApiClient } from './api-client';
import { EmptyState } from './components/empty-state';
import { ErrorBox } from './components/error-box';
import { ConsoleContext } from './console-context';
import type { Live } from './live';
import type { Screen } from './screen';
import { screens } from './screens';
import { createInboxStore } from './screens/inbox/inbox-store';
import type { SessionKeeper } from './session';
import { LiveRegion, type Announcer } from './shell/announcer';
import { Header, HeaderPlaceholder } from './shell/header';
import { Navigation } from './shell/navigation';
import { NoSession } from './shell/no-session';
import { ShortcutsDialog } from './shell/shortcuts-dialog';
import { useShortcuts } from './shell/use-shortcuts';
import { hrefOf, type Route } from './text/route';
import { useLoad } from './use-load';
import { useRoute } from './use-route';
import { useStore } from './use-store';

export interface AppProps {
  readonly keeper: SessionKeeper;
  readonly api: ApiClient;
  readonly live: Live;
  readonly announcer: Announcer;
}

const ScreenOf = ({ screen, route }: { readonly screen: Screen | undefined; readonly route: Route }) => {
  if (screen === undefined) {
    return (
      <EmptyState icon="search" title="There is no such screen">
        <a href={hrefOf('inbox')}>Go to the inbox</a>
      </EmptyState>
    );
  }
  const Component = screen.component;
  return <Component key={screen.path} route={route} />;
};

/** Moves the focus to a screen that was opened, so that the keyboard and screen readers are where the eyes are. */
const useFocusOnChange = (path: string) => {
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  useEffect(() => {
    const element = main.current;
    if (!isFirst.current && element?.contains(document.activeElement) !== true) element?.focus({ preventScroll: true });
    isFirst.current = false;
  }, [path]);
  return main;
};

const OpenApp = ({ api, live, announcer }: AppProps) => {
  const route = useRoute();
  const { value: info, error, reload } = useLoad('gateway', api.gateway);
  const [isHelpOpen, setHelpOpen] = useState(false);
  const screen = screens.find(({ path }) => path === route.screen);
  const main = useFocusOnChange(route.screen);
  useShortcuts(screens, () => setHelpOpen(true));
  // The gateway may have other handlers and accounts after a restart.
  useEffect(
    () => live.onState((state, before) => (state === 'live' && before === 'lost' ? reload() : undefined)),
    [live, reload],
  );

  const title = screen?.title ?? 'Console';
  useEffect(() => {
    document.title = info === null ? `${title} · Gateway console` : `${title} · ${info.name}`;
  }, [title, info]);
  const inbox = useMemo(() => createInboxStore(api, live, announcer.announce), [api, live, announcer]);
  const context = useMemo(
    () => (info === null ? null : { api, live, info, inbox, announce: announcer.announce }),
    [api, live, info, inbox, announcer],
  );

  return (
    <ConsoleContext.Provider value={context}>
      <a
        class="skip-link"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        Skip to content
      </a>
      {context === null ? <HeaderPlaceholder /> : <Header onHelp={() => setHelpOpen(true)} />}
      <Navigation screens={screens} current={screen?.parent ?? screen?.path ?? ''} />
      <main class="main" id="main" tabIndex={-1} ref={main}>
        {context !== null ? (
          <ScreenOf screen={screen} route={route} />
        ) : error === null ? null : (
          <ErrorBox message={error} onRetry={reload} />
        )}
      </main>
      {isHelpOpen ? <ShortcutsDialog onClose={() => setHelpOpen(false)} /> : null}
      <LiveRegion announcer={announcer} />
    </ConsoleContext.Provider>
  );
};

/** The page before the gateway has answered, so that nothing moves when it does. */
const Frame = () => (
  <>
    <HeaderPlaceholder />
    <Navigation screens={screens} current="inbox" />
    <main class="main" />
  </>
);

export const App = (props: AppProps) => {
  const { keeper } = props;
  const state = useStore(useMemo(() => ({ get: keeper.state, subscribe: keeper.onChange }), [keeper]));
  if (state === 'opening') return <Frame />;
  return state === 'open' ? <OpenApp {...props} /> : <NoSession state={state} />;
};
