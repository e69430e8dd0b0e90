import { parseBasicAuthSecret } from '../../../lambda/shared/credentials/basic-auth-secret';
import { createBasicAuth, type BasicAuth } from '../../../lambda/shared/webhook/basic-auth';
import type { Backend, SecretReader } from '../../clients/ports';
import type { RouteName } from '../../../lambda/shared/contract/routes';
import { CliError } from '../../terminal/cli-error';
import { choiceOption } from '../../target/choice';
import { stageOptionOf } from '../../target/target';
import type { CommandContext } from '../../context';
import { enteredKeys, readKeys, type Keys } from './keys';
import type { Gateway } from './question';
import { splitUrl, type UrlParts } from '../capture/url-parts';

const notAUrl = (): CliError =>
  new CliError(
    '--url takes the whole URL that the gateway is configured with, for example ' +
      'https://hooks.example.com/dev/messages.',
    2,
  );

/**
 * Reads `--url` without changing a byte of it.
 * @throws CliError if it is not an absolute http(s) URL
 */
export const configuredUrl = (text: string): UrlParts => {
  const url = splitUrl(text.trim());
  if (url === undefined || !/^https?$/i.test(url.scheme) || url.host === '') throw notAUrl();
  return { ...url, path: url.path === '' ? '/' : url.path };
};

/** @throws CliError for anything but one word */
const checkedKey = (entered: string): string => {
  const key = entered.trim();
  if (key === '' || /\s/.test(key)) {
    throw new CliError('An Auth Token is one word of 32 hexadecimal digits; got nothing, or several words.', 2);
  }
  return key;
};

/** The stage's Basic authentication, from a secret that is read once; undefined where the stage has none. */
export const readBasicAuth = async (
  secrets: SecretReader,
  secretId: string | undefined,
): Promise<BasicAuth | undefined> => {
  if (secretId === undefined) return undefined;
  const found = await secrets.read(secretId, 'AWSCURRENT');
  const parsed = found.kind === 'missing' ? found : parseBasicAuthSecret(found.text);
  return createBasicAuth({
    source: () =>
      Promise.resolve(parsed.kind === 'ok' ? parsed : { kind: 'failure', failure: { reason: parsed.kind } }),
    ttlMs: 1_000,
    maxStaleMs: 1_000,
    now: () => 0,
    random: () => 0,
  });
};

/**
 * Finds the configured URL, the keys and the options of the stage: the target's, unless the operator gives a URL or a
 * token. With both given, nothing is opened.
 */
export const openGateway = async (
  context: CommandContext,
  route: RouteName,
  given: {
    readonly url: UrlParts | undefined;
    readonly asksToken: boolean;
  },
): Promise<Gateway> => {
  const { url, asksToken } = given;
  const backend = url === undefined || !asksToken ? await context.openBackend() : undefined;
  const keys = asksToken
    ? enteredKeys(checkedKey(await context.readHidden('Auth Token, or secret of a SharedKey: ')))
    : undefined;
  const stageOption = choiceOption(context.choice());
  if (backend !== undefined) {
    const gateway = await gatewayOf(backend, route, context.now(), { url, keys });
    return { ...gateway, stage: gateway.stage ?? context.choice().stage, stageOption };
  }
  if (url === undefined || keys === undefined) throw notAUrl();
  return {
    configured: url,
    keys,
    basicAuth: undefined,
    acceptGet: undefined,
    expectedDomainName: undefined,
    hosts: [],
    stage: context.choice().stage,
    stageOption,
  };
};

/** The gateway of a backend. @param given replaces its URL of the route, or its keys */
export const gatewayOf = async (
  backend: Backend,
  route: RouteName,
  now: Date,
  given: { readonly url?: UrlParts | undefined; readonly keys?: Keys | undefined } = {},
): Promise<Gateway> => {
  const { target } = backend;
  const configured = given.url ?? splitUrl(target.webhooks[route].signedUrl);
  if (configured === undefined) throw notAUrl();
  const secrets = await backend.secrets();
  const addresses = Object.values(target.webhooks).flatMap(({ postUrl, signedUrl }) => [postUrl, signedUrl]);
  const hosts = addresses.map((address) => splitUrl(address)?.host ?? '');
  return {
    configured,
    keys: given.keys ?? (await readKeys(secrets, target.secretIds, now.getTime())),
    basicAuth: await readBasicAuth(secrets, target.basicAuthSecretId),
    acceptGet: target.acceptGet,
    expectedDomainName: target.customDomain,
    hosts: [...new Set(hosts)],
    stage: target.stage,
    stageOption: stageOptionOf(target),
  };
};
