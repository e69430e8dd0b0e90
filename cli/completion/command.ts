import { Argument, type Command } from 'commander';
import type { CommandContext } from '../context';
import { cli } from '../terminal/program-name';
import { bashScript } from './bash';
import { fishScript } from './fish';
import { completedCommands } from './tree';
import { zshScript } from './zsh';

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript };

const help = `
Prints a script for the shell, which then completes commands, options, and the values of those that take one of a list,
for ${cli} and for the installed program. The script holds what this version knows: write it again after an
update.

Examples:
  $ ${cli} completion bash > ~/.local/share/bash-completion/completions/npx
  $ ${cli} completion zsh > ~/.zsh-gateway; echo 'source ~/.zsh-gateway' >> ~/.zshrc     (after compinit)
  $ ${cli} completion fish > ~/.config/fish/conf.d/gateway.fish
`;

export const registerCompletion = (completion: Command, context: CommandContext): void => {
  completion
    .addArgument(new Argument('<shell>', 'the shell that completes').choices(Object.keys(scripts)))
    .addHelpText('after', help)
    .action(async (shell: keyof typeof scripts) => {
      // The command has been added to the program.
      const program = completion.parent ?? completion;
      const tree = completedCommands(program, await context.stageNames());
      context.output.data(scripts[shell](program.name(), tree).trimEnd());
    });
};
