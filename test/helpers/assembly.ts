import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Assembly } from '../../local/gateway';

/** The environment variable with the directory that global-setup.ts synthesized the dev stage into. */
export const assemblyVariable = 'GATEWAY_TEST_ASSEMBLY';
const templateFile = 'template.json';

export const templatePath = (directory: string): string => join(directory, templateFile);

/** The dev stage, synthesized once for the whole test run. */
export const devAssembly = (): Assembly => {
  const directory = process.env[assemblyVariable];
  if (directory === undefined) throw new Error(`${assemblyVariable} is not set: run the tests with jest`);
  return {
    directory,
    template: JSON.parse(readFileSync(templatePath(directory), 'utf8')) as Assembly['template'],
  };
};
