import type { Command } from 'commander';
import { defineStart } from '../../local/dev/start-command';
import type { CommandContext } from '../context';
import { CliError } from '../terminal/cli-error';
import { cli } from '../terminal/program-name';

export const registerDev = (dev: Command, context: CommandContext): void => {
  defineStart(dev, { command: `${cli} dev`, cli, appDirectory: process.cwd() });
  dev
    // The local gateway's own words for --stack and --gateway; there is no --stage.
    .configureHelp({ visibleGlobalOptions: () => [] })
    .hook('preAction', () => {
      const { stage, stack, gateway } = context.choice();
      if (stage !== undefined) throw new CliError('dev runs a gateway of this app: choose it with --stack.', 2);
      // The program has read them, because other commands take them as well.
      dev.setOptionValue('stack', stack).setOptionValue('gateway', gateway);
    });
};
