import type { CommandContext } from '../context';
import { fieldsText } from '../terminal/table';
import type { CheckedAccount } from './account';

/** The figures, then the sums, then what is wrong. */
export const accountText = (
  { account, sums, olderDeadLetters }: CheckedAccount,
  { paint }: Pick<CommandContext, 'paint'>,
): string => {
  const { refused, agrees, missing, ...others } = account;
  const { received, ...rest } = others;
  const figures = fieldsText(
    [
      ['received', received],
      ...Object.entries(refused).map(([reason, count]) => [`  refused: ${reason}`, count] as const),
      ...Object.entries(rest).flatMap(([name, count]) => [
        [name, count] as const,
        ...(name === 'dead' && olderDeadLetters > 0 ? [['  older, not counted', olderDeadLetters] as const] : []),
      ]),
      ['missing', missing ?? 'not compared'],
    ],
    paint,
  );
  const lines = sums.map(({ text, note, problem }) => {
    const mark = problem === undefined ? paint.green('agrees') : paint.red('differs');
    return [`${mark}  ${text}`, ...[note ?? [], problem ?? []].flat().map((line) => `         ${line}`)].join('\n');
  });
  const end = agrees ? 'The sums agree.' : paint.red('The sums do not agree.');
  return [figures, '', ...lines, '', end].join('\n');
};
