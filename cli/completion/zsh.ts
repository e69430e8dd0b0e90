import { functionName, type CompletedCommand } from './tree';

/** A text in single quotes. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** `name:description`, as `_describe` takes it. */
const described = (name: string, description: string): string =>
  quoted(`${name}:${description.replaceAll(':', '\\:').replaceAll('\n', ' ')}`);

const lineOf = ({ path, commands, options }: CompletedCommand): string =>
  [
    `    ${quoted(path)})`,
    `      commands=(${commands.map(({ name, description }) => described(name, description)).join(' ')})`,
    `      options=(${options
      .flatMap(({ names, description }) => names.map((name) => described(name, description)))
      .join(' ')})`,
    '      ;;',
  ].join('\n');

const valueLines = ({ path, options, argument }: CompletedCommand): readonly string[] => [
  ...options.flatMap(({ names, values }) =>
    values === undefined
      ? []
      : [
          `    ${names.map((name) => quoted(`${path} ${name}`)).join('|')}) ` +
            `values=(${values.kind === 'list' ? values.list.map(quoted).join(' ') : `@${values.kind}`}) ;;`,
        ],
  ),
  ...(argument === undefined || argument.kind === 'any'
    ? []
    : [
        `    ${quoted(`${path} `)}) ` +
          `values=(${argument.kind === 'list' ? argument.list.map(quoted).join(' ') : `@${argument.kind}`}) ;;`,
      ]),
];

/** `npx` is completed as well; zsh completes other commands of npx as before. */
export const zshScript = (program: string, tree: readonly CompletedCommand[]): string => {
  const name = functionName(program);
  const paths = tree.filter(({ path }) => path !== '').map(({ path }) => quoted(path));
  return `#compdef ${program}
# zsh completion of ${program}
${name}_values() {
  values=()
  case "$1 $2" in
${tree.flatMap(valueLines).join('\n')}
  esac
}
${name}() {
  local at=2 route= word previous=$words[CURRENT-1]
  local -a commands options values
  if [[ \${words[1]:t} == npx ]]; then
    if (( CURRENT == 2 )) || [[ $words[2] != ${program} ]]; then
      \${${name}_npx:-_default}
      return
    fi
    at=3
  fi
  while (( at < CURRENT )); do
    word=$words[at]
    (( at++ ))
    if [[ $word == -* ]]; then
      ${name}_values "$route" "$word"
      (( $#values )) && (( at++ ))
      continue
    fi
    case "\${route:+$route }$word" in
    ${paths.join('|')}) route="\${route:+$route }$word" ;;
    esac
  done
  if [[ $previous == -* ]]; then
    ${name}_values "$route" "$previous"
    case "$values[1]" in
    '') ;;
    @path) _files; return ;;
    @any) return ;;
    *) compadd -a values; return ;;
    esac
  fi
  case $route in
${tree.map(lineOf).join('\n')}
  esac
  ${name}_values "$route" ''
  if [[ $PREFIX == -* ]]; then
    _describe -o option options
  elif [[ "$values[1]" == @path ]]; then
    _files
  elif (( $#values )); then
    compadd -a values
  elif (( $#commands )); then
    _describe command commands
  else
    _describe -o option options
  fi
}
typeset -g ${name}_npx=\${_comps[npx]-}
[[ $${name}_npx == ${name} ]] && ${name}_npx=
compdef ${name} ${program} npx
`;
};
