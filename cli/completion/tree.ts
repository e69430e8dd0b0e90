import type { Argument, Command, Option } from 'commander';

/** The possible values of an option or argument: one of a list, a path, or anything else. */
export type Values = { readonly kind: 'list'; readonly list: readonly string[] } | { readonly kind: 'path' | 'any' };

interface CompletedOption {
  /** `--json`, or `-h` and `--help`. */
  readonly names: readonly string[];
  readonly description: string;
  /** Absent for an option without a value. */
  readonly values?: Values;
}

/** A command of the program as a shell completes it. */
export interface CompletedCommand {
  /** The words of the command, such as `messages list`; empty for the program. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly CompletedOption[];
  /** The values of the first argument; absent if the command has none. */
  readonly argument?: Values;
}

/** The value of an option is a path if the help has a placeholder for a path, such as `--log <file>`. */
const isPath = (placeholder: string): boolean => /^(?:file|dir|directory|path)$/.test(placeholder);

const valuesOf = (choices: readonly string[] | undefined, placeholder: string): Values => {
  if (choices !== undefined) return { kind: 'list', list: choices };
  return { kind: isPath(placeholder) ? 'path' : 'any' };
};

const optionOf = (option: Option, stages: readonly string[]): CompletedOption => {
  const { long, short, description, argChoices, flags } = option;
  const names = [short, long].filter((name) => typeof name === 'string');
  const placeholder = /[<[]([^>\]]+)[>\]]/.exec(flags)?.[1];
  if (placeholder === undefined) return { names, description };
  const choices = long === '--stage' && stages.length > 0 ? stages : argChoices;
  return { names, description, values: valuesOf(choices, placeholder) };
};

const argumentOf = (argument: Argument): Values => valuesOf(argument.argChoices, argument.name());

/**
 * The commands of a program, itself first.
 * @param stages values of `--stage`
 */
export const completedCommands = (program: Command, stages: readonly string[]): readonly CompletedCommand[] => {
  const help = program.createHelp();
  const own = help.visibleOptions(program);
  const below = (command: Command, path: readonly string[]): readonly CompletedCommand[] => {
    const visible = help.visibleCommands(command);
    const options = command === program ? own : [...help.visibleOptions(command), ...own];
    const [argument] = command.registeredArguments;
    return [
      {
        path: path.join(' '),
        commands: visible.map((sub) => ({ name: sub.name(), description: sub.description() })),
        options: options
          .filter(({ long }, at) => options.findIndex((other) => other.long === long) === at)
          .map((option) => optionOf(option, stages)),
        ...(argument === undefined ? {} : { argument: argumentOf(argument) }),
      },
      ...visible.filter((sub) => sub.name() !== 'help').flatMap((sub) => below(sub, [...path, sub.name()])),
    ];
  };
  return below(program, []);
};

/** The name of a shell function, from that of the program. */
export const functionName = (program: string): string => `_${program.replaceAll(/\W/g, '_')}`;
