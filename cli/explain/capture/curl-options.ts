import { CliError } from '../../terminal/cli-error';
import type { ByteText } from './shell-words';

/** The options of curl that describe the request. */
const meaningful = [
  'header',
  'data',
  'data-ascii',
  'data-binary',
  'data-raw',
  'data-urlencode',
  'json',
  'form',
  'form-string',
  'upload-file',
  'request',
  'user',
  'user-agent',
  'cookie',
  'referer',
  'url',
] as const;
export type CurlOption = (typeof meaningful)[number] | 'get' | 'head';

/** Options about connections and output, with and without a value. They are skipped. */
const skippedWithValue =
  'output max-time connect-timeout proxy write-out resolve connect-to cacert capath cert key ciphers retry ' +
  'retry-delay retry-max-time limit-rate interface range max-redirs cookie-jar proto proto-default tls-max ' +
  'tls13-ciphers config expect100-timeout keepalive-time dns-servers stderr trace trace-ascii unix-socket ' +
  'noproxy pinnedpubkey curves';

const skippedWithoutValue =
  'insecure silent show-error location verbose include fail fail-with-body fail-early globoff no-buffer ' +
  'compressed ipv4 ipv6 http1.0 http1.1 http2 http2-prior-knowledge http3 tlsv1 tlsv1.2 tlsv1.3 ssl-reqd ' +
  'path-as-is progress-bar no-progress-meter remote-name remote-header-name basic digest tcp-nodelay ' +
  'no-keepalive location-trusted post301 post302 styled-output raw parallel disable';

const shortNames: Readonly<Record<string, string>> = Object.fromEntries(
  (
    'H header,d data,F form,T upload-file,X request,u user,A user-agent,b cookie,e referer,G get,I head,' +
    'o output,m max-time,x proxy,w write-out,K config,r range,c cookie-jar,E cert,k insecure,s silent,' +
    'S show-error,L location,v verbose,i include,f fail,g globoff,N no-buffer,O remote-name,' +
    'J remote-header-name,q disable,Z parallel,# progress-bar,4 ipv4,6 ipv6,0 http1.0,1 tlsv1'
  )
    .split(',')
    .map((entry) => entry.split(' ')),
) as Record<string, string>;

const kinds = new Map<string, 'option' | 'switch' | 'value' | 'nothing'>([
  ...meaningful.map((name): [string, 'option'] => [name, 'option']),
  ['get', 'switch'],
  ['head', 'switch'],
  ...skippedWithValue.split(' ').map((name): [string, 'value'] => [name, 'value']),
  ...skippedWithoutValue.split(' ').map((name): [string, 'nothing'] => [name, 'nothing']),
]);

export interface CurlArgument {
  readonly option: CurlOption;
  /** Empty for `get` and `head`. */
  readonly value: ByteText;
}

const unknown = (option: string): CliError =>
  new CliError(
    `The curl command has an unknown option${
      /^--?[a-z0-9.-]{1,30}$/i.test(option) ? ` (${option})` : ''
    }. Remove it if the request does not depend on it, or pass the request as raw HTTP or as a HAR file.`,
    2,
  );

/**
 * Reads the arguments that describe the request, in their order.
 * @throws CliError for an unknown option, which may have a value
 */
export const curlArguments = (words: readonly ByteText[]): readonly CurlArgument[] => {
  const found: CurlArgument[] = [];
  const queue = [...words];
  const valueOf = (option: string): ByteText => {
    const value = queue.shift();
    if (value === undefined) throw new CliError(`The curl command ends after ${option}, which needs a value.`, 2);
    return value;
  };
  const take = (name: string, option: string, attached: ByteText | undefined): boolean => {
    switch (kinds.get(name)) {
      case 'option':
        // Exactly the names of `meaningful` have this kind.
        found.push({ option: name as CurlOption, value: attached ?? valueOf(option) });
        return true;
      case 'value':
        if (attached === undefined) valueOf(option);
        return true;
      case 'switch':
        found.push({ option: name as CurlOption, value: '' });
        return false;
      case 'nothing':
        return false;
      case undefined:
        throw unknown(option);
    }
  };
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (word.startsWith('--')) {
      take(word.slice(2), word, undefined);
    } else if (word.startsWith('-') && word.length > 1) {
      // `-sSXPOST` is -s -S -X POST.
      for (let at = 1; at < word.length; at += 1) {
        const rest = word.slice(at + 1);
        const letter = word[at] ?? '';
        const name = shortNames[letter] ?? '';
        if (take(name, `-${letter}`, rest === '' ? undefined : rest)) break;
      }
    } else found.push({ option: 'url', value: word });
  }
  return found;
};
