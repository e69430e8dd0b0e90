import type { WebhookView } from '../clients/webhook-view';
import { jsonLine } from '../terminal/terminal-text';

/** The documented fields, in this order. */
export const webhookFields = [
  'id',
  'kind',
  'type',
  'accountSid',
  'subject',
  'receivedAt',
  'recognized',
  'direction',
  'from',
  'to',
  'body',
  'numMedia',
  'status',
  'errorCode',
  'messageType',
  'optOutType',
  'reason',
  'via',
] as const satisfies readonly (keyof WebhookView)[];

/** A webhook as one line of JSON, as `tail` and `export` print it. */
export const webhookJson = (webhook: WebhookView): string =>
  jsonLine(Object.fromEntries(webhookFields.map((name) => [name, webhook[name]])));
