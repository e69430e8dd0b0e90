import {
  GetSecretValueCommand,
  SecretsManagerClient,
  type SecretsManagerClientConfig,
} from '@aws-sdk/client-secrets-manager';
import type { CredentialFailure } from '../shared/credentials/account-secret-source';
import { createSdkClient } from './sdk/client';
import { describeError } from '../shared/runtime/describe-error';

const bounds = { requestTimeoutMs: 700, maxAttempts: 2 };

/** A secret that is marked for deletion answers InvalidRequestException. */
const missing = /^(?:ResourceNotFoundException|InvalidRequestException)$/;
/** Secrets Manager reports a refusal of KMS as its own, and an unusable key as DecryptionFailure. */
const denied = /^(?:AccessDenied(?:Exception)?|DecryptionFailure|UnrecognizedClientException)$/;

/** @param overrides for tests: endpoint, region, credentials */
export const createSecretsManager = (overrides: SecretsManagerClientConfig = {}): SecretsManagerClient =>
  createSdkClient(SecretsManagerClient, bounds, overrides);

/** @throws what the SDK throws */
export const readSecretVersion = async (
  client: SecretsManagerClient,
  arn: string,
  version: { readonly VersionStage: 'AWSCURRENT' } | { readonly VersionId: string },
  abortSignal: AbortSignal,
): Promise<string | undefined> => {
  const command = new GetSecretValueCommand({ SecretId: arn, ...version });
  return (await client.send(command, { abortSignal })).SecretString;
};

/** Whether the SDK's error says that there is no such secret or version. */
export const isMissing = (error: unknown): boolean => missing.test(describeError(error).errorName);

/** The state of a secret that the SDK's error reports. */
export const readFailure = (error: unknown): CredentialFailure => {
  const description = describeError(error);
  const reason = isMissing(error) ? 'missing' : denied.test(description.errorName) ? 'denied' : 'unavailable';
  return { reason, ...description };
};
