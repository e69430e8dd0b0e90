// `npm run schemas` writes the JSON Schema of each event into schemas/events.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventSchemas } from './event-schemas';

for (const [file, schema] of eventSchemas()) {
  writeFileSync(join(__dirname, 'events', file), `${JSON.stringify(schema, null, 2)}\n`);
  process.stdout.write(`schemas/events/${file}\n`);
}
