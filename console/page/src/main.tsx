import { render } from 'preact';
import './styles/page.css';
import { createApiClient } from './api-client';
import { App } from './app';
import { createLive } from './live';
import { createSessionKeeper } from './session';
import { createAnnouncer } from './shell/announcer';
import { applyTheme, readTheme } from './shell/theme';

applyTheme(readTheme());

const keeper = createSessionKeeper();
const api = createApiClient(keeper);
const live = createLive(keeper);
const announcer = createAnnouncer();
const root = document.getElementById('page') ?? document.body;

/** A new address that is pasted into an open tab changes the fragment only. */
addEventListener('hashchange', () => void keeper.takeToken());
render(<App keeper={keeper} api={api} live={live} announcer={announcer} />, root);
void keeper.takeToken().finally(live.start);
