import type { ComponentType } from 'preact';
import type { IconName } from './components/icon';
import type { Route } from './text/route';

/** The properties of a screen: the parsed hash of the URL. */
export interface ScreenProps {
  readonly route: Route;
}

export interface Screen {
  /** The first part of the hash, such as `inbox` of `#/inbox`. */
  readonly path: string;
  readonly title: string;
  readonly component: ComponentType<ScreenProps>;
  /** Of an entry in the navigation. */
  readonly icon?: IconName;
  /** The entry that a screen without one belongs to. */
  readonly parent?: string;
  /** The second key of the shortcut `g …`. */
  readonly key?: string;
}
