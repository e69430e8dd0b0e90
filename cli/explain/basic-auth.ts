import { parseBasicAuthSecret, type BasicCredential } from '../../lambda/shared/basic-auth-secret';
import type { SecretReader } from '../account-secrets';
import { headerValues, type Capture } from './capture';
import type { Refusal } from './refusals';

/** What a stage with Basic authentication asks for; undefined where it has none. */
export type BasicRequirement =
  | { readonly kind: 'pairs'; readonly pairs: readonly BasicCredential[] }
  /** The gateway answers 500 to everything. */
  | { readonly kind: 'unusable' };

export const readBasicRequirement = async (
  secrets: SecretReader,
  secretId: string | undefined,
): Promise<BasicRequirement | undefined> => {
  if (secretId === undefined) return undefined;
  const found = await secrets.read(secretId, 'AWSCURRENT');
  const parsed = parseBasicAuthSecret(found.kind === 'text' ? found.text : undefined);
  if (parsed.kind !== 'ok') return { kind: 'unusable' };
  return { kind: 'pairs', pairs: parsed.secret.credentials.filter((pair) => pair !== undefined) };
};

/** The name and password of a request, or undefined where it has none that can be read. As ingress reads them. */
const pairOf = (capture: Capture): string | undefined => {
  const header = headerValues(capture, 'authorization').join(',');
  const base64 = /^basic +([a-z0-9+/]+={0,2})$/i.exec(header)?.[1];
  if (base64 === undefined) return undefined;
  const pair = Buffer.from(base64, 'base64').toString('utf8');
  return pair.includes(':') ? pair : undefined;
};

/** What the gateway answers before it looks at the signature's worth, if Basic authentication refuses the request. */
export const basicRefusal = (
  capture: Capture,
  requirement: BasicRequirement | undefined,
): Refusal | undefined => {
  if (requirement === undefined) return undefined;
  if (requirement.kind === 'unusable') {
    return { status: 500, reason: 'basic_secret_unusable', cause: { id: 'basic-secret-unusable' } };
  }
  const sent = pairOf(capture);
  if (sent === undefined) return { status: 401, reason: 'basic_challenge', cause: { id: 'basic-challenge' } };
  return requirement.pairs.some(({ username, password }) => `${username}:${password}` === sent)
    ? undefined
    : { status: 401, reason: 'basic_failed', cause: { id: 'basic-failed' } };
};
