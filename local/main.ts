import { join } from 'node:path';
import { startCommand } from './dev/start-command';

const appDirectory = join(__dirname, '..');

/** `npm start`: the gateway of this project's own app. */
void startCommand('npm start --', {
  command: 'npm start --',
  cli: 'npx gateway',
  appDirectory,
  handlers: new Map([['examples', 'node --import tsx bin/examples.ts']]),
  startConsole: async (gateway) => (await import('../console/server/start.js')).startConsole(gateway),
}).parseAsync();
