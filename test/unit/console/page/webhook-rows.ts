import type { WebhookView } from '../../../../cli/clients/webhook-view';

/** An incoming message, with other fields where given. */
export const webhookRow = (fields: Partial<WebhookView> = {}): WebhookView => ({
  id: `SM${'0123456789abcdef'.repeat(2)}`,
  kind: 'message',
  type: 'message.received',
  accountSid: `AC${'0123456789abcdef'.repeat(2)}`,
  subject: `SM${'0123456789abcdef'.repeat(2)}`,
  receivedAt: '2026-03-01T10:00:00.000Z',
  recognized: true,
  direction: 'inbound',
  from: '+15550100001',
  to: '+15550100000',
  body: 'Hello',
  numMedia: 0,
  status: 'received',
  errorCode: null,
  messageType: null,
  optOutType: null,
  reason: null,
  via: null,
  ...fields,
});

/** Messages with ids that end with the given numbers, one second apart. */
export const webhookRows = (...numbers: readonly number[]): readonly WebhookView[] =>
  numbers.map((number) => {
    const id = `SM${String(number).padStart(32, '0')}`;
    return webhookRow({ id, subject: id, receivedAt: new Date(number * 1_000).toISOString() });
  });
