import { rmSync } from 'node:fs';
import { assemblyVariable } from './assembly';

export default function teardown(): void {
  const directory = process.env[assemblyVariable];
  if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
}
