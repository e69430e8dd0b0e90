import { useEffect, useState } from 'preact/hooks';
import { hrefOf, parseRoute, type Route, type RouteParams } from './text/route';

export const useRoute = (): Route => {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    const read = (): void => setRoute(parseRoute(location.hash));
    addEventListener('hashchange', read);
    // A link may have been followed before the listener was there.
    read();
    return () => removeEventListener('hashchange', read);
  }, []);
  return route;
};

let hasOpenedScreens = false;
addEventListener('hashchange', ({ isTrusted }) => {
  hasOpenedScreens ||= isTrusted;
});

/** The screen before as it was; the inbox, if this is the first screen of the tab. */
export const goBack = (): void => {
  if (hasOpenedScreens) history.back();
  else openScreen('inbox');
};

/** Opens a screen. */
export const openScreen = (screen: string, id?: string, params?: RouteParams): void => {
  location.hash = hrefOf(screen, id, params);
};

/** Changes the URL without a new entry in the history, such as for a filter. */
export const replaceRoute = (screen: string, id: string, params: RouteParams): void => {
  history.replaceState(null, '', hrefOf(screen, id, params));
  dispatchEvent(new HashChangeEvent('hashchange'));
};
