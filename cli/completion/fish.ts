import { functionName, type CompletedCommand } from './tree';

/** A text in single quotes. */
const quoted = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', ' ')}'`;

const optionLine = (command: string, { names, description, values }: CompletedCommand['options'][number]): string => {
  const flags = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  const value = {
    list: () => ` -x -a ${quoted(values?.kind === 'list' ? values.list.join(' ') : '')}`,
    path: () => ' -r -F',
    any: () => ' -x',
    none: () => '',
  }[values?.kind ?? 'none']();
  return `${command} ${flags.join(' ')}${value} -d ${quoted(description)}`;
};

/** `npx` is completed as well; fish itself completes all other commands. */
export const fishScript = (program: string, tree: readonly CompletedCommand[]): string => {
  const name = `_${functionName(program)}`;
  const withValue = tree.flatMap(({ path, options }) =>
    options.flatMap(({ names, values }) =>
      values === undefined ? [] : names.map((flag) => quoted(`${path} ${flag}`)),
    ),
  );
  const linesOf = ({ path, commands, options, argument }: CompletedCommand): readonly string[] => {
    const command = `complete -c ${program} -c npx -n ${quoted(`${name}_at ${quoted(path)}`)}`;
    return [
      ...commands.map((sub) => `${command} -a ${sub.name} -d ${quoted(sub.description)}`),
      ...(argument?.kind === 'list' ? [`${command} -a ${quoted(argument.list.join(' '))}`] : []),
      ...(argument?.kind === 'path' ? [`${command} -F`] : []),
      ...options.map((option) => optionLine(command, option)),
    ];
  };
  return `# fish completion of ${program}
function ${name}_path
    set -l words (commandline -opc)
    if string match -qr '(^|/)npx$' -- $words[1]
        test "$words[2]" = ${program}; or return 1
        set -e words[1]
    end
    set -e words[1]
    set -l path
    while set -q words[1]
        set -l word $words[1]
        set -e words[1]
        if string match -q -- '-*' $word
            contains -- "$path $word" ${withValue.join(' ')}; and set -e words[1]
            continue
        end
        set -l longer (string trim -- "$path $word")
        if contains -- $longer ${tree
          .filter(({ path }) => path !== '')
          .map(({ path }) => quoted(path))
          .join(' ')}
            set path $longer
        end
    end
    echo "$path"
end
function ${name}_at
    set -l path (${name}_path); or return 1
    test "$path" = "$argv[1]"
end
complete -c ${program} -c npx -n ${name}_path -f
${tree.flatMap(linesOf).join('\n')}
`;
};
