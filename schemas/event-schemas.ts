import { join } from 'node:path';
import { createGenerator, type Schema } from 'ts-json-schema-generator';
import { eventTypes, schemaOf, type EventType } from '../lambda/shared/events/gateway-event';

/** The TypeScript type of each event. */
const typeNames: Readonly<Record<EventType, string>> = {
  'twilio.webhook.message.received': 'MessageReceivedEvent',
  'twilio.webhook.message.status-changed': 'MessageStatusChangedEvent',
  'twilio.webhook.status-callback.received': 'StatusCallbackReceivedEvent',
  'twilio.webhook.usage-trigger.fired': 'UsageTriggerFiredEvent',
  'twilio.webhook.event.received': 'EventReceivedEvent',
};

/** The file of a type's schema, in `schemas/events`: `message.received.json`. */
export const schemaFile = (type: EventType): string => `${type.slice('twilio.webhook.'.length)}.json`;

/** The JSON Schemas of the events by file name, generated from the TypeScript types. */
export const eventSchemas = (): ReadonlyMap<string, Schema> => {
  const root = join(__dirname, '..');
  const generator = createGenerator({
    path: join(root, 'lambda/shared/events/gateway-event.ts'),
    tsconfig: join(root, 'tsconfig.json'),
    // `npm run check` checks the types.
    skipTypeCheck: true,
    // A version of a schema only gets more fields, so a reader must accept fields that it does not know.
    additionalProperties: true,
    topRef: false,
    expose: 'none',
    jsDoc: 'extended',
  });
  return new Map(
    eventTypes.map((type) => {
      const { $schema, definitions, properties, ...schema } = generator.createSchema(typeNames[type]);
      if (Object.keys(definitions ?? {}).length > 0) throw new Error(`The schema of ${type} has definitions.`);
      const dataschema = { ...Object(properties?.['dataschema']), const: schemaOf(type) } as Schema;
      return [
        schemaFile(type),
        {
          $schema: $schema ?? '',
          $id: schemaOf(type),
          title: type,
          ...schema,
          properties: { ...properties, dataschema },
        },
      ];
    }),
  );
};
