import type { Command } from 'commander';
import { defineStart, type StartOptions } from '../../local/dev/start-command';
import type { CommandContext } from '../context';
import { CliError } from '../terminal/cli-error';
import { cli } from '../terminal/program-name';

export const registerDev = (dev: Command, context: CommandContext): void => {
  const names = { command: `${cli} dev`, cli };
  defineStart(dev, { ...names, appDirectory: '.' })
    // The local gateway's own words for --stack and --gateway; there is no --stage.
    .configureHelp({ visibleGlobalOptions: () => [] })
    .action(async (options: StartOptions) => {
      // The program has read them, because other commands take them as well.
      const { stage, stack, gateway } = context.choice();
      if (stage !== undefined) throw new CliError('dev runs a gateway of this app: choose it with --stack.', 2);
      await context.runDev({ ...options, stack, gateway }, { ...names, appDirectory: context.workingDirectory() });
    });
};
