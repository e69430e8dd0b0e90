import { join } from 'node:path';
import { npmOptionsAdvice, optionsTakenByNpm } from './dev/npm-options';
import { startCommand } from './dev/start-command';

const appDirectory = join(__dirname, '..');

/** `npm start`: the gateway of this project's own app. */
const command = startCommand('npm start --', {
  command: 'npm start --',
  cli: 'npx gateway',
  appDirectory,
  handlers: new Map([['examples', 'node --import tsx bin/examples.ts']]),
  startConsole: async (gateway) => (await import('../console/server/start.js')).startConsole(gateway),
});
const taken = optionsTakenByNpm(command, process.env);
if (taken.length > 0) command.error(npmOptionsAdvice(taken));
void command.parseAsync();
