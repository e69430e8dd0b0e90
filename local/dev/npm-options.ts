import type { Command } from 'commander';

/**
 * The options of a command that npm has taken for its own, because they were not behind `--`. npm passes its options
 * to scripts as variables of the environment, and warns only.
 */
export const optionsTakenByNpm = (
  command: Pick<Command, 'options'>,
  environment: Readonly<Partial<Record<string, string>>>,
): readonly string[] =>
  environment['npm_lifecycle_event'] === undefined
    ? []
    : command.options.flatMap(({ long }) => {
        const name = (long ?? '').replace(/^--(?:no-)?/, '').replaceAll('-', '_');
        return environment[`npm_config_${name}`] === undefined || long === undefined ? [] : [long];
      });

/** What to type instead. */
export const npmOptionsAdvice = (taken: readonly string[]): string =>
  `error: npm has taken ${taken.join(', ')} for itself. Put -- before the options of the gateway: ` +
  `npm start -- ${taken.join(' ')} …`;
