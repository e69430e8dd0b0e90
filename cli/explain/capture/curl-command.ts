import { CliError } from '../../terminal/cli-error';
import type { Capture } from './capture';
import { curlArguments, type CurlArgument } from './curl-options';
import { shellWords, type ByteText } from './shell-words';
import { splitUrl } from './url-parts';

const readsFileError = (): CliError =>
  new CliError('The curl command reads its data from a file (@…), which is not opened. Pass that file with --body.', 2);

const bytes = (text: ByteText): Buffer => Buffer.from(text, 'latin1');
const utf8 = (text: ByteText): string => bytes(text).toString('utf8');

/** Like curl: escapes everything but letters, digits and -._~ */
const curlEscape = (text: ByteText): ByteText =>
  text.replace(
    /[^A-Za-z0-9._~-]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );

/** `content`, `=content`, `name=content`; with `@` it would be a file. */
const urlEncoded = (value: ByteText): ByteText => {
  const equals = value.indexOf('=');
  if (equals === -1) {
    if (value.includes('@')) throw readsFileError();
    return curlEscape(value);
  }
  const name = value.slice(0, equals);
  return `${name === '' ? '' : `${name}=`}${curlEscape(value.slice(equals + 1))}`;
};

/** The text that an argument adds to the body; undefined if it adds none. */
const dataOf = ({ option, value }: CurlArgument): ByteText | undefined => {
  if (option === 'data-raw') return value;
  if (option === 'data-urlencode') return urlEncoded(value);
  if (!['data', 'data-ascii', 'data-binary', 'json'].includes(option)) return undefined;
  if (value.startsWith('@')) throw readsFileError();
  return value;
};

const headerFrom = (line: ByteText): readonly [string, string] | undefined => {
  if (line.startsWith('@')) throw readsFileError();
  const match = /^([^:;\s]+)\s*(?::[ \t]*([^\r\n]*?)[ \t]*|;)$/.exec(utf8(line));
  // `Name:` without a value removes a header, `Name;` sends it empty.
  return match === null || match[2] === '' ? undefined : [match[1] ?? '', match[2] ?? ''];
};

const headersOf = (args: readonly CurlArgument[]): Capture['headers'] =>
  args.flatMap(({ option, value }): Capture['headers'] => {
    if (option === 'user') return [['authorization', `Basic ${bytes(value).toString('base64')}`]];
    if (option === 'user-agent') return [['user-agent', utf8(value)]];
    const header = option === 'header' ? headerFrom(value) : undefined;
    return header === undefined ? [] : [header];
  });

const isForm = ({ option }: CurlArgument): boolean => option === 'form' || option === 'form-string';

/** The content type that curl sends by default. */
const impliedContentType = (args: readonly CurlArgument[]): string | undefined => {
  if (args.some(isForm)) return 'multipart/form-data';
  if (args.some(({ option }) => option === 'json')) return 'application/json';
  return args.some((arg) => dataOf(arg) !== undefined) ? 'application/x-www-form-urlencoded' : undefined;
};

/**
 * Reads a `curl` command line, as browsers and proxies copy requests. It is never run.
 * @param givenBody replaces the command's data
 * @throws CliError for a command that cannot be read
 */
export const parseCurl = (command: Buffer, givenBody: Buffer | undefined): Capture => {
  const text = command.toString('latin1').replace(/^\s*(?:\$\s+)?curl(?:\.exe)?(?=\s)/, '');
  const all = curlArguments(shellWords(text));
  const args =
    givenBody === undefined
      ? all
      : all.map((arg) => (arg.option.startsWith('data') || arg.option === 'json' ? { ...arg, value: '' } : arg));
  const urls = args.filter(({ option }) => option === 'url');
  const [address] = urls;
  if (address === undefined || urls.length > 1) {
    throw new CliError(`The curl command must have one URL; it has ${urls.length}. Are its quotes complete?`, 2);
  }
  const typed = utf8(address.value);
  const url = splitUrl(/^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `http://${typed}`);
  if (url === undefined || url.host === '') throw new CliError('The curl command has no valid URL.', 2);

  const has = (name: CurlArgument['option']) => args.some(({ option }) => option === name);
  const parts = args.flatMap((arg) => {
    const data = dataOf(arg);
    return data === undefined ? [] : [{ data, isJson: arg.option === 'json' }];
  });
  const data = parts.reduce(
    (joined, { data, isJson }, at) => (at === 0 || isJson ? joined + data : `${joined}&${data}`),
    '',
  );
  const inQuery = has('get');
  const query = inQuery && parts.length > 0 ? [url.query ?? '', data].filter(Boolean).join('&') : url.query;
  const headers = headersOf(args);
  const hasType = headers.some(([name]) => name.toLowerCase() === 'content-type');
  const type = inQuery ? undefined : impliedContentType(args);
  const method = args.filter(({ option }) => option === 'request').at(-1)?.value;
  const hasBody = !inQuery && (parts.length > 0 || args.some(isForm) || givenBody !== undefined);
  return {
    source: 'curl',
    method: method ?? (has('head') ? 'HEAD' : has('upload-file') ? 'PUT' : hasBody ? 'POST' : 'GET'),
    url: { ...url, path: url.path === '' ? '/' : url.path, query },
    headers: hasType || type === undefined ? headers : [...headers, ['content-type', type]],
    body: givenBody ?? bytes(inQuery ? '' : data),
  };
};
