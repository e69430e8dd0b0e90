import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stackName } from '../../lambda/shared/contract/stack-outputs';
import { cdk } from './cdk';
import { oneMessageAtATime, templateRepairs, type Template } from './workarounds';

export const stage = 'dev';
export const stack = stackName(stage);

const templateFile = (assembly: string): string => join(assembly, `${stack}.template.json`);

export const readTemplate = (assembly: string): Template =>
  // The CDK wrote it: resources by logical id.
  JSON.parse(readFileSync(templateFile(assembly), 'utf8')) as Template;

/** Makes the template of an assembly one that the emulator understands. */
export const repair = (assembly: string): void => {
  const repairs = [...templateRepairs.map(({ apply }) => apply), oneMessageAtATime];
  const repaired = repairs.reduce((template, apply) => apply(template), readTemplate(assembly));
  writeFileSync(templateFile(assembly), JSON.stringify(repaired));
};

/** `cdk synth` of every stage, the dev stage repaired. */
export const synthesize = async (assembly: string): Promise<void> => {
  await cdk('synth', '--quiet', '--output', assembly);
  repair(assembly);
};

/** `cdk deploy` of the dev stage. @returns what it printed */
export const deploy = (assembly: string): Promise<string> =>
  cdk('deploy', stack, '--app', assembly, '--require-approval', 'never', '--progress', 'events');
