import { randomUUID } from 'node:crypto';
import { listOf, optional, shape, text, unsupported } from '../server/aws-json-input';
import { readInput, secretsManagerError } from './errors';
import { findUsableSecret, isGone } from './find-secret';
import {
  arnOfSecret,
  current,
  replaceSecret,
  versionOfToken,
  withStageMoved,
  withVersion,
  type Secret,
} from './secret';
import { contentFields, readContent } from './secret-content';
import { checkStageMove } from './stage-rules';
import type { SecretStore } from './store';

const secretId = text({ max: 2048 });
const token = text({ min: 32, max: 64 });
const stage = text({ max: 256 });

const createShape = shape({
  Name: text({ max: 512, pattern: /^[A-Za-z0-9/_+=.@-]+$/ }),
  ClientRequestToken: optional(token),
  Description: optional(text({ min: 0, max: 2048 })),
  ...contentFields,
  AddReplicaRegions: unsupported(),
  ForceOverwriteReplicaSecret: unsupported(),
  KmsKeyId: unsupported(),
  Tags: unsupported(),
  Type: unsupported(),
});
const putShape = shape({
  SecretId: secretId,
  ClientRequestToken: optional(token),
  VersionStages: optional(listOf(stage)),
  ...contentFields,
  RotationToken: unsupported(),
});
const stageShape = shape({
  SecretId: secretId,
  VersionStage: stage,
  RemoveFromVersionId: optional(token),
  MoveToVersionId: optional(token),
});

export interface WriteContext {
  readonly store: Pick<SecretStore, 'update'>;
  readonly now: () => number;
  readonly region: string;
  readonly accountId: string;
}

export const createWriteActions = ({ store, now, region, accountId }: WriteContext) => ({
  CreateSecret: async (input: unknown) => {
    const request = readInput(createShape, input);
    const content = readContent(request);
    const id = request.ClientRequestToken ?? randomUUID();
    return store.update((all) => {
      const secrets = all.filter((secret) => !isGone(secret, now()));
      const existing = secrets.find(({ name }) => name === request.Name);
      if (existing !== undefined) {
        if (content !== undefined && existing.deletedAtMs === undefined && versionOfToken(existing, id, content)) {
          return { secrets: all, result: { ARN: existing.arn, Name: existing.name, VersionId: id } };
        }
        throw alreadyThere(existing);
      }
      const empty: Secret = {
        name: request.Name,
        arn: arnOfSecret(region, accountId, request.Name),
        ...(request.Description === undefined ? {} : { description: request.Description }),
        createdAtMs: now(),
        changedAtMs: now(),
        versions: [],
      };
      const secret =
        content === undefined ? empty : withVersion(empty, { id, content, createdAtMs: now(), stages: [current] });
      const result = {
        ARN: secret.arn,
        Name: secret.name,
        ...(content === undefined ? {} : { VersionId: id }),
      };
      return { secrets: [...secrets, secret], result };
    });
  },

  PutSecretValue: async (input: unknown) => {
    const request = readInput(putShape, input);
    const content = readContent(request);
    if (content === undefined) {
      throw secretsManagerError('InvalidRequestException', 'You must provide either SecretString or SecretBinary.');
    }
    const stages = request.VersionStages ?? [current];
    if (stages.length < 1 || stages.length > 20) {
      throw secretsManagerError('InvalidParameterException', 'VersionStages must have 1 to 20 labels.');
    }
    const id = request.ClientRequestToken ?? randomUUID();
    return store.update((secrets) => {
      const secret = findUsableSecret(secrets, request.SecretId, now());
      const repeated = versionOfToken(secret, id, content);
      const changed =
        repeated === undefined ? withVersion(secret, { id, content, createdAtMs: now(), stages }) : secret;
      const added = changed.versions.find((version) => version.id === id);
      const result = {
        ARN: secret.arn,
        Name: secret.name,
        VersionId: id,
        VersionStages: [...(added?.stages ?? [])],
      };
      return { secrets: repeated === undefined ? replaceSecret(secrets, changed) : secrets, result };
    });
  },

  UpdateSecretVersionStage: async (input: unknown) => {
    const request = readInput(stageShape, input);
    const { VersionStage: label, MoveToVersionId: to, RemoveFromVersionId: from } = request;
    return store.update((secrets) => {
      const secret = findUsableSecret(secrets, request.SecretId, now());
      checkStageMove(secret, label, from, to);
      const changed = { ...withStageMoved(secret, label, to), changedAtMs: now() };
      return { secrets: replaceSecret(secrets, changed), result: { ARN: secret.arn, Name: secret.name } };
    });
  },
});

const alreadyThere = (existing: Secret) =>
  existing.deletedAtMs === undefined
    ? secretsManagerError(
        'ResourceExistsException',
        `The operation failed because the secret ${existing.name} already exists.`,
      )
    : secretsManagerError(
        'InvalidRequestException',
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
      );
