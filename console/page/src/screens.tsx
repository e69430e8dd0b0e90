import type { Screen } from './screen';
import { InboxScreen } from './screens/inbox/inbox-screen';

/** The screens, in the order of the navigation. */
export const screens: readonly Screen[] = [
  { path: 'inbox', title: 'Inbox', icon: 'inbox', key: 'i', component: InboxScreen },
];
