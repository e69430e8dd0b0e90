import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GatewayStack } from '../../../lib/gateway-stack';
import { synthesizeStage } from '../../../lib/synthesize';
import type { Assembly } from '../../../local/gateway';

/** Of the events, written down again, because the checker must not ask the code that it checks. */
export type EventType = `twilio.webhook.${
  | 'message.received'
  | 'message.status-changed'
  | 'status-callback.received'
  | 'usage-trigger.fired'
  | 'event.received'}`;

export interface HistoryHandler {
  readonly name: string;
  readonly types: readonly EventType[];
  readonly ordering: 'conversation' | 'none';
}

/** What the gateway of a history hands its events to. */
export const historyHandlers: readonly HistoryHandler[] = [
  {
    name: 'InOrder',
    types: [
      'twilio.webhook.message.received',
      'twilio.webhook.message.status-changed',
      'twilio.webhook.status-callback.received',
      'twilio.webhook.usage-trigger.fired',
      'twilio.webhook.event.received',
    ],
    ordering: 'conversation',
  },
  { name: 'InAnyOrder', types: ['twilio.webhook.message.received'], ordering: 'none' },
];

/** Prefixes of logical ids. */
export const publisherName = 'EventsEventTopicPublisher';
export const functionNameOf = ({ name }: HistoryHandler): string => `Events${name}Handler`;

const entry = 'test/fixtures/handlers/history.ts';
/** More than a history has faults: a dead letter would be a loss. */
const maxReceives = 100;

/** Registers the handlers of `historyHandlers`. */
export const registerHandlers = (gateway: GatewayStack): void => {
  for (const { name, types, ordering } of historyHandlers) {
    gateway.onEvent(name, { entry, types, ordering, maxReceives });
  }
};

/** The dev stage with these handlers, in the temporary directory. */
export const historyAssembly = (): Assembly => {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-history-'));
  const { template } = synthesizeStage('dev', directory, registerHandlers);
  // The CDK wrote the template; the local gateway checks the parts that it reads.
  return { directory, template: template as Assembly['template'] };
};
