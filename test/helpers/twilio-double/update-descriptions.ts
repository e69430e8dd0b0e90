/**
 * Writes `test/fixtures/twilio-api`: Twilio's OpenAPI descriptions, reduced to the facts about the operations that the
 * double implements. Run it again to follow Twilio's API or after adding an operation to `operations.ts`:
 *
 *     node --import tsx test/helpers/twilio-double/update-descriptions.ts <folder>
 *
 * The folder is `spec/json` of https://github.com/twilio/twilio-oai. Its licence (MIT) is in
 * `test/fixtures/twilio-api/LICENSE`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiHosts, descriptionFiles, descriptionsFolder } from './descriptions';
import { operations } from './operations';
import { reduceDescription, type Json } from './reduce-descriptions';

const [, , folder] = process.argv;
if (folder === undefined) throw new Error('Name the folder that has the descriptions.');
for (const host of apiHosts) {
  const description = JSON.parse(readFileSync(join(folder, descriptionFiles[host]), 'utf8')) as Json;
  const reduced = reduceDescription(description, Object.keys(operations));
  writeFileSync(join(descriptionsFolder, descriptionFiles[host]), `${JSON.stringify(reduced, null, 1)}\n`);
}
