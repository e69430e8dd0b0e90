import { writeSync } from 'node:fs';
import { cpuMicroseconds } from './commands';

/** Writes this process's CPU time in microseconds and exits at once, whatever sockets are open. */
export const reportCost = (): never => {
  writeSync(1, String(cpuMicroseconds()));
  process.exit(0);
};
