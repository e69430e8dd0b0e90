import type { CommandContext } from '../context';
import { stackNameOf, type Target } from '../target/target';
import { CliError } from '../terminal/cli-error';

/**
 * A deletion in a production stage needs the name of the stage, typed or as an option.
 * @throws CliError if the name is another one
 */
export const confirmStage = async (
  target: Target,
  given: string | undefined,
  { ask }: Pick<CommandContext, 'ask'>,
): Promise<void> => {
  if (target.production !== true) return;
  const name = target.stage ?? stackNameOf(target);
  const typed = given ?? (await ask?.(`This deletes from production. Type ${name} to go on: `));
  if (typed === name) return;
  throw new CliError(
    typed === undefined
      ? `Nothing was deleted: ${target.name} is a production stage. Pass --confirm ${name} as well.`
      : `Nothing was deleted: the name is not ${name}.`,
    2,
  );
};
