import { secretsManagerError } from './errors';
import { isNamedBy, type Secret } from './secret';

const dayMs = 86_400_000;

/** Whether its recovery window is over: then it counts as deleted. */
export const isGone = (secret: Secret, nowMs: number): boolean =>
  secret.deletedAtMs !== undefined && nowMs >= secret.deletedAtMs + (secret.recoveryWindowDays ?? 0) * dayMs;

export const deletionDateOf = (deletedAtMs: number, recoveryWindowDays: number): Date =>
  new Date(deletedAtMs + recoveryWindowDays * dayMs);

/** @throws AwsJsonError `ResourceNotFoundException` */
export const findSecret = (secrets: readonly Secret[], secretId: string, nowMs: number): Secret => {
  const secret = secrets.find((candidate) => isNamedBy(candidate, secretId) && !isGone(candidate, nowMs));
  if (secret !== undefined) return secret;
  throw secretsManagerError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
};

/** @throws AwsJsonError `ResourceNotFoundException`, or `InvalidRequestException` if it is scheduled for deletion */
export const findUsableSecret = (secrets: readonly Secret[], secretId: string, nowMs: number): Secret => {
  const secret = findSecret(secrets, secretId, nowMs);
  if (secret.deletedAtMs === undefined) return secret;
  throw secretsManagerError(
    'InvalidRequestException',
    "You can't perform this operation on the secret because it was marked for deletion.",
  );
};
