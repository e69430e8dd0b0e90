#!/usr/bin/env node
/** The command as it is installed. A user's project has no `lib/stages.ts`: the gateways are found by their outputs. */
import { runAsProcess } from '../cli/process';

const cli = 'npx twilio-webhook-gateway';

const runDev = async (args: readonly string[]): Promise<void> => {
  const { startCommand } = await import('../local/dev/start-command.js');
  const command = startCommand('twilio-webhook-gateway dev', {
    command: `${cli} dev`,
    cli,
    appDirectory: process.cwd(),
  });
  await command.parseAsync(args, { from: 'user' });
};

const [name, ...rest] = process.argv.slice(2);
void (name === 'dev'
  ? runDev(rest)
  : runAsProcess(process, () => Promise.resolve({ names: [], find: () => undefined })));
