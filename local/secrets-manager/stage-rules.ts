import { secretsManagerError } from './errors';
import { current, versionWithStage, type Secret } from './secret';

/**
 * The checks of UpdateSecretVersionStage.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
 * @throws AwsJsonError
 */
export const checkStageMove = (
  secret: Secret,
  label: string,
  from: string | undefined,
  to: string | undefined,
): void => {
  const holder = versionWithStage(secret, label);
  const refuse = (message: string) => secretsManagerError('InvalidParameterException', message);
  if (from === undefined && to === undefined) {
    throw refuse('You must specify MoveToVersionId, RemoveFromVersionId, or both.');
  }
  for (const id of [from, to]) {
    if (id !== undefined && !secret.versions.some((version) => version.id === id)) {
      throw secretsManagerError(
        'ResourceNotFoundException',
        `Secrets Manager can't find the specified secret value for VersionId: ${id}`,
      );
    }
  }
  if (from !== undefined && holder?.id !== from) {
    throw refuse(`The staging label ${label} is not attached to the version in RemoveFromVersionId.`);
  }
  if (to === undefined && label === current) {
    throw refuse(
      "You can only move staging label AWSCURRENT to a different secret version. It can't be completely removed.",
    );
  }
  if (from === undefined && holder !== undefined && holder.id !== to) {
    throw refuse(
      `The parameter RemoveFromVersionId can't be empty. Staging label ${label} is currently attached to version ` +
        `${holder.id}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
  }
};
