import { parseBreakerSecret, type BreakerSecret } from '../../lambda/shared/breaker/breaker-secret';
import { readAccountSecrets } from '../target/account-secrets';
import { type SecretStore } from '../clients/ports';
import { clientConfiguration } from '../clients/sdk-configuration';
import { requireBreaker } from '../target/target';
import type { CommandContext } from '../context';
import type { Backend } from '../clients/ports';
import type { DecisionStore } from './decisions';
import { createDynamoDbDecisions } from './dynamodb-decisions';
import { openSubaccounts, type Subaccounts } from './subaccounts';

/** What the breaker's commands need beside the usual. */
export interface BreakerClients {
  readonly decisions: DecisionStore;
  /** Opens Twilio's API as the parent account. */
  readonly subaccounts: (secret: BreakerSecret) => Promise<Subaccounts>;
}

export type OpenBreakerDoor = (backend: Backend, context: CommandContext) => Promise<BreakerClients>;

/** The door to the table and to Twilio; their clients are loaded when it is opened, or asked. */
export const openBreakerDoor: OpenBreakerDoor = async ({ target }, { signal, twilio }) => {
  const { DynamoDB } = await import('@aws-sdk/client-dynamodb');
  const { connection, tableName } = target;
  const client = new DynamoDB(clientConfiguration(connection, 'dynamodb'));
  return {
    decisions: createDynamoDbDecisions(client, { tableName, signal }),
    subaccounts: (secret) => openSubaccounts(secret, twilio.variable('TWILIO_API_BASE_URL')),
  };
};

/** @throws CliError where the stage has no breaker */
export const breakerSecretId = ({ target }: Backend): string => requireBreaker(target).secretId;

export type StoredBreakerSecret =
  | { readonly kind: 'ok'; readonly secret: BreakerSecret; readonly text: string }
  | { readonly kind: 'unusable'; readonly why: string };

export const readBreakerSecret = async (
  store: Pick<SecretStore, 'read'>,
  secretId: string,
): Promise<StoredBreakerSecret> => {
  const found = await store.read(secretId, 'AWSCURRENT');
  if (found.kind === 'missing') return { kind: 'unusable', why: 'it does not exist: deploy the stack again' };
  const parsed = parseBreakerSecret(found.text);
  switch (parsed.kind) {
    case 'ok':
      return { kind: 'ok', secret: parsed.secret, text: found.text ?? '' };
    case 'placeholder':
      return { kind: 'unusable', why: 'it is still the placeholder: run `npx gateway breaker secret`' };
    case 'invalid':
      return { kind: 'unusable', why: `${parsed.detail}: run \`npx gateway breaker secret\`` };
  }
};

/** Every account whose partition may hold rows of the breaker. */
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
