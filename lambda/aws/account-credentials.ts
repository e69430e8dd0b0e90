import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createCredentials, type Credentials } from '../shared/credentials/credentials';
import type { CredentialsSettings } from '../shared/credentials/credentials-environment';
import type { Log } from '../shared/runtime/ports';
import { createAccountSecretSource } from './account-secret-source';

/** The keys of the accounts in the environment of a function that verifies signatures. */
export const createAccountCredentials = (
  { accountSecretArns, previousTokenMs, secretTtlMs, secretMaxStaleMs }: CredentialsSettings,
  client: SecretsManagerClient,
  log: Log,
): Credentials =>
  createCredentials({
    source: createAccountSecretSource({ client, previousTokenMs }),
    arns: accountSecretArns,
    ttlMs: secretTtlMs,
    maxStaleMs: secretMaxStaleMs,
    now: Date.now,
    random: Math.random,
    log,
  });
