import type { RouteName } from '../../lambda/shared/routes';
import { CliError } from '../cli-error';
import type { CommandContext } from '../ports';
import { readBasicRequirement } from './basic-auth';
import type { Gateway } from './explain-request';
import { readKeys, type Key, type Keys } from './keys';
import { splitUrl, type UrlParts } from './url-parts';

const notAUrl = (): CliError =>
  new CliError(
    '--url takes the whole URL that the gateway is configured with, for example https://hooks.example.com/dev/messages.',
    2,
  );

/**
 * Reads `--url` without changing a byte of it.
 * @throws CliError if it is no absolute http(s) URL
 */
export const configuredUrl = (text: string): UrlParts => {
  const url = splitUrl(text.trim());
  if (url === undefined || !/^https?$/i.test(url.scheme) || url.host === '') throw notAUrl();
  return { ...url, path: url.path === '' ? '/' : url.path };
};

/** A token that a person enters, for whatever account it may be. */
const enteredKeys = (entered: string): Keys => {
  const authToken = entered.trim();
  if (authToken === '' || /\s/.test(authToken)) {
    throw new CliError(
      'An Auth Token is one word of 32 hexadecimal digits; got nothing, or several words.',
      2,
    );
  }
  const key: Key = { slot: 'entered', accountSid: undefined, authToken };
  return { keys: [key], accountSids: undefined, unusable: [] };
};

/**
 * Finds the configured URL and the tokens: those of the target by default, or what the operator gives instead. With both
 * given nothing is opened.
 */
export const openGateway = async (
  context: CommandContext,
  route: RouteName,
  given: {
    readonly url: UrlParts | undefined;
    readonly asksToken: boolean;
    readonly stage: string | undefined;
  },
): Promise<Gateway> => {
  const { url, asksToken, stage } = given;
  const backend = url === undefined || !asksToken ? await context.openBackend() : undefined;
  const target = backend?.target;
  const configured = url ?? (target === undefined ? undefined : splitUrl(target.webhooks[route].signedUrl));
  if (configured === undefined) throw notAUrl();
  const keys =
    backend === undefined || asksToken
      ? enteredKeys(await context.readHidden('Auth Token: '))
      : await readKeys(await backend.secrets(), backend.target.secretIds);
  const addresses = Object.values(target?.webhooks ?? {}).flatMap(({ postUrl, signedUrl }) => [
    postUrl,
    signedUrl,
  ]);
  const hosts = addresses.map((address) => splitUrl(address)?.host ?? '');
  const basic =
    backend?.target.basicAuthSecretId === undefined
      ? undefined
      : await readBasicRequirement(await backend.secrets(), backend.target.basicAuthSecretId);
  return { configured, keys, basic, hosts: [...new Set(hosts)], stage };
};
