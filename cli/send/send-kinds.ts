import { accountKinds } from './kinds/account-kinds';
import type { SendKind } from './kinds/kind';
import { messageKinds } from './kinds/message-kinds';
import { productKinds } from './kinds/product-kinds';
import { voiceKinds } from './kinds/voice-kinds';

/** Every kind of webhook of docs/events.md, in the order of the help. */
export const sendKinds: readonly SendKind[] = [...messageKinds, ...voiceKinds, ...productKinds, ...accountKinds];
