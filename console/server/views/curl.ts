import type { Target } from '../../../cli/target/target';
import { routeNames, type RouteName } from '../../../lambda/shared/contract/routes';
import type { Params } from '../../api';

/** A stored webhook, as far as it is needed to send it again. */
export interface StoredRequest {
  readonly route: string | null;
  readonly query: string | null;
  readonly params: Params | null;
  readonly payload?: string | null;
  readonly payloadBase64?: string | null;
}

/**
 * Text as one word of bash or zsh. Characters that are not plain ASCII are written as bytes, so that a stranger's text
 * cannot end the paste in a terminal, nor look like something else.
 */
export const shellWord = (text: string): string => {
  if (/^[\x20-\x7e]*$/.test(text)) return `'${text.replaceAll("'", String.raw`'\''`)}'`;
  const bytes = Array.from(Buffer.from(text), (byte) => {
    const character = String.fromCharCode(byte);
    return /[\x20-\x7e]/.test(character) && !/['\\]/.test(character)
      ? character
      : `\\x${byte.toString(16).padStart(2, '0')}`;
  });
  return `$'${bytes.join('')}'`;
};

const isRoute = (name: string | null): name is RouteName => routeNames.some((route) => route === name);

const formOf = (params: Params): string =>
  new URLSearchParams(
    Object.entries(params).flatMap(([name, value]) =>
      [value].flat().map((one): [string, string] => [name, String(one)]),
    ),
  ).toString();

/** Where the body comes from: a pipe in front of curl, and its options. */
const bodyOf = ({ params, payload, payloadBase64 }: StoredRequest) => {
  if (payloadBase64 !== null && payloadBase64 !== undefined) {
    return {
      before: `printf %s ${shellWord(payloadBase64)} | base64 -d | `,
      type: 'application/octet-stream',
      data: '@-',
    };
  }
  return payload !== null && payload !== undefined
    ? { before: '', type: 'application/json', data: shellWord(payload) }
    : { before: '', type: 'application/x-www-form-urlencoded', data: shellWord(formOf(params ?? {})) };
};

/**
 * A command that sends the webhook again. It has no secret: the signature is a variable of the shell, and so are the
 * credentials of a stage with Basic authentication.
 */
export const curlCommand = (request: StoredRequest, target: Target): string => {
  const route = isRoute(request.route) ? request.route : 'events';
  const query = request.query === null || request.query === '' ? '' : `?${request.query}`;
  const { before, type, data } = bodyOf(request);
  return [
    `${before}curl -X POST ${shellWord(`${target.webhooks[route].signedUrl}${query}`)}`,
    `  -H 'Content-Type: ${type}'`,
    '  -H "X-Twilio-Signature: $SIGNATURE"',
    ...(target.basicAuthSecretId === undefined ? [] : ['  --user "$USER_AND_PASSWORD"']),
    `  --data-binary ${data}`,
  ].join(' \\\n');
};
