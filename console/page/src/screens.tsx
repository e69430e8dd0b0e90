import type { Screen } from './screen';
import { ConversationsScreen } from './screens/conversations/conversations-screen';
import { EventScreen } from './screens/webhook/event-screen';
import { MessageScreen } from './screens/webhook/message-screen';
import { HandlersScreen } from './screens/handlers/handlers-screen';
import { HealthScreen } from './screens/health/health-screen';
import { InboxScreen } from './screens/inbox/inbox-screen';
import { QueuesScreen } from './screens/queues/queues-screen';
import { RefusedScreen } from './screens/refused/refused-screen';
import { SetupScreen } from './screens/setup/setup-screen';
import { TryScreen } from './screens/try-it/try-screen';

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
  { path: 'refused', title: 'Refused', icon: 'refused', key: 'r', component: RefusedScreen },
  { path: 'queues', title: 'Queues', icon: 'queues', key: 'q', component: QueuesScreen },
  { path: 'handlers', title: 'Handlers', icon: 'handlers', key: 'h', component: HandlersScreen },
  { path: 'try', title: 'Try it', icon: 'try', key: 't', component: TryScreen },
  { path: 'health', title: 'Health', icon: 'health', key: 'e', component: HealthScreen },
  { path: 'setup', title: 'Setup', icon: 'setup', key: 's', component: SetupScreen },
  { path: 'message', title: 'Message', parent: 'inbox', component: MessageScreen },
  { path: 'event', title: 'Event', parent: 'inbox', component: EventScreen },
];
