import type { RouteName } from '../../../lambda/shared/contract/routes';
import { CliError } from '../../terminal/cli-error';
import type { CommandContext } from '../../context';
import { readBasicAuth } from './basic-auth';
import { enteredKeys, readKeys } from './keys';
import type { Gateway } from './question';
import { splitUrl, type UrlParts } from '../capture/url-parts';

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

/** @throws CliError for what is no key */
const checkedKey = (entered: string): string => {
  const key = entered.trim();
  if (key === '' || /\s/.test(key)) {
    throw new CliError(
      'An Auth Token is one word of 32 hexadecimal digits; got nothing, or several words.',
      2,
    );
  }
  return key;
};

/**
 * Finds the configured URL, the keys and the options of the stage: those of the target by default, or what the operator gives instead. With both
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
      ? enteredKeys(checkedKey(await context.readHidden('Auth Token, or secret of a SharedKey: ')))
      : await readKeys(await backend.secrets(), backend.target.secretIds, context.now().getTime());
  const addresses = Object.values(target?.webhooks ?? {}).flatMap(({ postUrl, signedUrl }) => [
    postUrl,
    signedUrl,
  ]);
  const hosts = addresses.map((address) => splitUrl(address)?.host ?? '');
  const basicAuthSecretId = target?.basicAuthSecretId;
  const basicAuth =
    backend === undefined || basicAuthSecretId === undefined
      ? undefined
      : await readBasicAuth(await backend.secrets(), basicAuthSecretId);
  return {
    configured,
    keys,
    basicAuth,
    acceptGet: target?.acceptGet,
    expectedDomainName: target?.customDomain,
    hosts: [...new Set(hosts)],
    stage,
  };
};
