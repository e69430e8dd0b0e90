import { parseBreakerSecret, type BreakerSecret } from '../../lambda/shared/breaker/breaker-secret';
import { readAccountSecrets } from '../target/account-secrets';
import { requireBreaker } from '../target/target';
import type { Backend, SecretStore } from '../clients/ports';
import { cli } from '../terminal/program-name';

/** @throws CliError where the stage has no breaker */
export const breakerSecretId = ({ target }: Backend): string => requireBreaker(target).secretId;

export type StoredBreakerSecret =
  | { readonly kind: 'ok'; readonly secret: BreakerSecret; readonly text: string }
  | { readonly kind: 'unusable'; readonly problem: string };

export const readBreakerSecret = async (
  store: Pick<SecretStore, 'read'>,
  secretId: string,
): Promise<StoredBreakerSecret> => {
  const found = await store.read(secretId, 'AWSCURRENT');
  if (found.kind === 'missing') return { kind: 'unusable', problem: 'it does not exist: deploy the stack again' };
  const parsed = parseBreakerSecret(found.text);
  switch (parsed.kind) {
    case 'ok':
      return { kind: 'ok', secret: parsed.secret, text: found.text ?? '' };
    case 'placeholder':
      return { kind: 'unusable', problem: `it is still the placeholder: run \`${cli} breaker secret\`` };
    case 'invalid':
      return { kind: 'unusable', problem: `${parsed.detail}: run \`${cli} breaker secret\`` };
  }
};

/** Every account whose partition may have rows of the breaker. */
export const accountsOfRows = async (
  store: SecretStore,
  secretIds: readonly string[],
  secret: BreakerSecret | undefined,
): Promise<readonly string[]> => {
  const { accounts } = await readAccountSecrets(store, secretIds);
  return [
    ...new Set([
      ...accounts.map(({ accountSid }) => accountSid),
      ...(secret === undefined ? [] : [secret.accountSid, ...secret.subaccounts.values()]),
    ]),
  ];
};
