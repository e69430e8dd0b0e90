import { flag, integer, optional, shape, text } from '../server/aws-json-input';
import { readInput, secretsManagerError } from './errors';
import { deletionDateOf, findSecret, findUsableSecret } from './find-secret';
import { arnOfSecret, isNamedBy, replaceSecret, type Secret } from './secret';
import type { WriteContext } from './write-actions';

const secretId = text({ max: 2048 });
const deleteShape = shape({
  SecretId: secretId,
  RecoveryWindowInDays: optional(integer(7, 30)),
  ForceDeleteWithoutRecovery: optional(flag),
});

export const createDeletionActions = ({ store, now, region, accountId }: WriteContext) => ({
  DeleteSecret: async (input: unknown) => {
    const request = readInput(deleteShape, input);
    const { ForceDeleteWithoutRecovery: force = false, RecoveryWindowInDays: window } = request;
    if (force && window !== undefined) {
      throw secretsManagerError(
        'InvalidParameterException',
        "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
      );
    }
    return store.update((secrets) => {
      const nowMs = now();
      if (force) {
        // As on AWS, a forced deletion of a missing secret succeeds.
        const found = secrets.find((secret) => isNamedBy(secret, request.SecretId));
        const ARN = found?.arn ?? arnOfSecret(region, accountId, request.SecretId);
        const result = { ARN, Name: found?.name ?? request.SecretId, DeletionDate: new Date(nowMs) };
        return { secrets: secrets.filter((secret) => secret !== found), result };
      }
      const secret = findUsableSecret(secrets, request.SecretId, nowMs);
      const days = window ?? 30;
      const changed = { ...secret, deletedAtMs: nowMs, recoveryWindowDays: days };
      const result = { ARN: secret.arn, Name: secret.name, DeletionDate: deletionDateOf(nowMs, days) };
      return { secrets: replaceSecret(secrets, changed), result };
    });
  },

  RestoreSecret: async (input: unknown) => {
    const request = readInput(shape({ SecretId: secretId }), input);
    return store.update((secrets) => {
      const secret = restored(findSecret(secrets, request.SecretId, now()));
      return { secrets: replaceSecret(secrets, secret), result: { ARN: secret.arn, Name: secret.name } };
    });
  },
});

/** Leaves out `deletedAtMs` and `recoveryWindowDays`. */
const restored = (secret: Secret): Secret => ({
  name: secret.name,
  arn: secret.arn,
  ...(secret.description === undefined ? {} : { description: secret.description }),
  createdAtMs: secret.createdAtMs,
  changedAtMs: secret.changedAtMs,
  versions: secret.versions,
});
