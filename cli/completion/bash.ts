import { functionName, type CompletedCommand, type Values } from './tree';

/** Names and values are words of our own, without quotes. */
const words = (list: readonly string[]): string => `'${list.join(' ')}'`;

const lineOf = ({ path, commands, options }: CompletedCommand): string =>
  `    '${path}') commands=${words(commands.map(({ name }) => name))} ` +
  `options=${words(options.flatMap(({ names }) => names))} ;;`;

const valuesText = (values: Values): string =>
  `values=${values.kind === 'list' ? words(values.list) : `@${values.kind}`}`;

const valueLines = ({ path, options, argument }: CompletedCommand): readonly string[] => [
  ...options.flatMap(({ names, values }) =>
    values === undefined
      ? []
      : [`    ${names.map((name) => `'${path} ${name}'`).join(' | ')}) ${valuesText(values)} ;;`],
  ),
  ...(argument === undefined || argument.kind === 'any' ? [] : [`    '${path} ') ${valuesText(argument)} ;;`]),
];

/** For bash 3.2 and later. `npx` is completed as well; bash itself completes all other commands. */
export const bashScript = (program: string, tree: readonly CompletedCommand[]): string => {
  const name = functionName(program);
  const paths = tree.filter(({ path }) => path !== '').map(({ path }) => `'${path}'`);
  return `# bash completion of ${program}
${name}_values() {
  values=
  case "$1 $2" in
${tree.flatMap(valueLines).join('\n')}
  esac
}
${name}_files() {
  compopt -o default 2>/dev/null || COMPREPLY=($(compgen -f -- "$1"))
}
${name}() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  local at=1 path= word values commands= options=
  COMPREPLY=()
  if [[ \${COMP_WORDS[0]##*/} == npx ]]; then
    if [[ $COMP_CWORD -eq 1 || \${COMP_WORDS[1]} != ${program} ]]; then
      ${name}_files "$current"
      return
    fi
    at=2
  fi
  # --stage=dev is three words.
  if [[ $current == = ]]; then current=; elif [[ $previous == = ]]; then previous=\${COMP_WORDS[COMP_CWORD-2]}; fi
  while [[ $at -lt $COMP_CWORD ]]; do
    word=\${COMP_WORDS[at]}
    at=$((at + 1))
    if [[ $word == -* ]]; then
      ${name}_values "$path" "$word"
      [[ -z $values || \${COMP_WORDS[at]} == = ]] || at=$((at + 1))
      continue
    fi
    case "\${path:+$path }$word" in
    ${paths.join(' | ')}) path="\${path:+$path }$word" ;;
    esac
  done
  if [[ $previous == -* ]]; then
    ${name}_values "$path" "$previous"
    case $values in
    '') ;;
    @path) ${name}_files "$current"; return ;;
    @any) return ;;
    *) COMPREPLY=($(compgen -W "$values" -- "$current")); return ;;
    esac
  fi
  case $path in
${tree.map(lineOf).join('\n')}
  esac
  ${name}_values "$path" ''
  if [[ $values == @path && $current != -* ]]; then ${name}_files "$current"; return; fi
  [[ $current == -* ]] && commands= values=
  [[ -n $commands$values && $current != -* ]] && options=
  COMPREPLY=($(compgen -W "$commands $values $options" -- "$current"))
}
complete -F ${name} ${program} npx
`;
};
