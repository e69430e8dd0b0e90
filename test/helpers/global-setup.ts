import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesizeStage } from '../../lib/synthesize';
import { assemblyVariable, templatePath } from './assembly';
import { buildPrograms } from './built-programs';

/** Synthesizes the dev stage once: template and bundles that every end-to-end suite serves. */
export const prepareAssembly = (): void => {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-test-assembly-'));
  const { template } = synthesizeStage('dev', directory);
  writeFileSync(templatePath(directory), JSON.stringify(template));
  process.env[assemblyVariable] = directory;
};

export default async function setup(): Promise<void> {
  prepareAssembly();
  await buildPrograms();
}
