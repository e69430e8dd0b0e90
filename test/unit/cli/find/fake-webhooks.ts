import type { PlacedWebhook } from '../../../../cli/clients/webhooks/webhook-reader';
import { accountSid, fakeSecrets, messageSid, secretText } from '../fake-environment';

/** The local gateway with one account. */
export const configured = {
  target: { secretIds: ['first'] },
  secrets: fakeSecrets({ first: { AWSCURRENT: secretText(accountSid, 'dummy-token-of-account-1') } }),
};

export const message = (varied: Partial<PlacedWebhook> = {}): PlacedWebhook => ({
  id: messageSid,
  kind: 'message',
  type: 'message.received',
  accountSid,
  subject: messageSid,
  receivedAt: '2026-03-04T05:06:07.008Z',
  recognized: true,
  direction: 'inbound',
  from: '+15550100001',
  to: '+15550100002',
  body: 'héllo',
  numMedia: 0,
  status: 'received',
  errorCode: null,
  messageType: null,
  optOutType: null,
  reason: null,
  via: null,
  position: `2026-03-04T05:06:07.008Z#${messageSid}`,
  ...varied,
});

const noMessage = {
  direction: null,
  from: null,
  to: null,
  body: null,
  status: null,
};

export const call = message({
  ...noMessage,
  id: 'EVENT#1',
  kind: 'event',
  type: 'call.completed',
  subject: `CA${'1'.repeat(32)}`,
});

export const unrecognized = message({
  ...noMessage,
  id: 'EVENT#2',
  kind: 'unrecognized',
  type: null,
  subject: null,
  recognized: false,
  reason: 'message_sid_missing',
});

const sent = { direction: 'outbound', from: '+15550100002', to: '+15550100001', body: null } as const;

/** The message item that a first status callback makes, and the status itself. */
export const sentMessage = message({ ...sent, type: 'message.sent', status: 'sent' });
export const sentStatus = message({
  ...sent,
  id: `${messageSid}#failed#30003`,
  kind: 'status',
  type: 'message.failed',
  status: 'failed',
  errorCode: '30003',
});

/** An asynchronous list. */
export async function* listOf<T>(items: readonly T[]): AsyncGenerator<T, undefined> {
  yield* await Promise.resolve(items);
  return undefined;
}
