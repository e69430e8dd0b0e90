import type { Screen } from './screen';
import { ConversationsScreen } from './screens/conversations/conversations-screen';
import { InboxScreen } from './screens/inbox/inbox-screen';
import { EventScreen } from './screens/webhook/event-screen';
import { MessageScreen } from './screens/webhook/message-screen';

/** The screens: those with an icon are in the navigation, in this order. */
export const screens: readonly Screen[] = [
  { path: 'inbox', title: 'Inbox', icon: 'inbox', key: 'i', component: InboxScreen },
  {
    path: 'conversations',
    title: 'Conversations',
    icon: 'conversations',
    key: 'c',
    component: ConversationsScreen,
  },
  { path: 'message', title: 'Message', parent: 'inbox', component: MessageScreen },
  { path: 'event', title: 'Event', parent: 'inbox', component: EventScreen },
];
