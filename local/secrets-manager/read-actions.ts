import { asynchronous } from '../server/aws-json-action';
import { flag, integer, optional, shape, text, unsupported } from '../server/aws-json-input';
import { readInput, secretsManagerError } from './errors';
import { findSecret, findUsableSecret, isGone } from './find-secret';
import { current, versionWithStage, type Secret, type SecretVersion } from './secret';
import type { SecretStore } from './store';

const secretId = text({ max: 2048 });
const page = { MaxResults: optional(integer(1, 100)), NextToken: optional(text()) };
const getShape = shape({
  SecretId: secretId,
  VersionId: optional(text({ max: 64 })),
  VersionStage: optional(text({ max: 256 })),
});
const describeShape = shape({ SecretId: secretId });
const versionsShape = shape({ SecretId: secretId, IncludeDeprecated: optional(flag), ...page });
const listShape = shape({
  IncludePlannedDeletion: optional(flag),
  Filters: unsupported(),
  SortBy: unsupported(),
  SortOrder: unsupported(),
  ...page,
});

export interface ReadContext {
  readonly store: Pick<SecretStore, 'all'>;
  readonly now: () => number;
}

export const createReadActions = ({ store, now }: ReadContext) => ({
  GetSecretValue: asynchronous((input) => {
    const request = readInput(getShape, input);
    const secret = findUsableSecret(store.all(), request.SecretId, now());
    const version = findVersion(secret, request.VersionId, request.VersionStage);
    const { SecretBinary, SecretString } = version.content;
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: version.id,
      VersionStages: [...version.stages],
      CreatedDate: new Date(version.createdAtMs),
      ...(SecretString === undefined ? {} : { SecretString }),
      ...(SecretBinary === undefined ? {} : { SecretBinary: Buffer.from(SecretBinary, 'base64') }),
    };
  }),
  DescribeSecret: asynchronous((input) => {
    const secret = findSecret(store.all(), readInput(describeShape, input).SecretId, now());
    return { ...describe(secret), VersionIdsToStages: stagesOf(secret) };
  }),
  ListSecretVersionIds: asynchronous((input) => {
    const request = readInput(versionsShape, input);
    const secret = findSecret(store.all(), request.SecretId, now());
    const { items, ...rest } = pageOf(secret.versions, request.MaxResults, request.NextToken);
    const Versions = items.map(({ id, stages, createdAtMs }) => ({
      VersionId: id,
      VersionStages: [...stages],
      CreatedDate: new Date(createdAtMs),
    }));
    return { ARN: secret.arn, Name: secret.name, Versions, ...rest };
  }),
  ListSecrets: asynchronous((input) => {
    const request = readInput(listShape, input);
    const nowMs = now();
    const secrets = store
      .all()
      .filter((secret) => !isGone(secret, nowMs))
      .filter(({ deletedAtMs }) => deletedAtMs === undefined || request.IncludePlannedDeletion === true);
    const { items, ...rest } = pageOf(secrets, request.MaxResults, request.NextToken);
    return {
      SecretList: items.map((secret) => ({ ...describe(secret), SecretVersionsToStages: stagesOf(secret) })),
      ...rest,
    };
  }),
});

const findVersion = (secret: Secret, id: string | undefined, stage: string | undefined): SecretVersion => {
  const version =
    id === undefined
      ? versionWithStage(secret, stage ?? current)
      : secret.versions.find((candidate) => candidate.id === id);
  if (version === undefined) {
    const selector = id === undefined ? `staging label: ${stage ?? current}` : `VersionId: ${id}`;
    throw secretsManagerError(
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for ${selector}`,
    );
  }
  if (stage !== undefined && !version.stages.includes(stage)) {
    throw secretsManagerError(
      'InvalidRequestException',
      'You provided a VersionStage that is not associated to the provided VersionId.',
    );
  }
  return version;
};

const describe = (secret: Secret) => ({
  ARN: secret.arn,
  Name: secret.name,
  CreatedDate: new Date(secret.createdAtMs),
  LastChangedDate: new Date(secret.changedAtMs),
  ...(secret.description === undefined ? {} : { Description: secret.description }),
  ...(secret.deletedAtMs === undefined ? {} : { DeletedDate: new Date(secret.deletedAtMs) }),
});

const stagesOf = (secret: Secret): Record<string, string[]> =>
  Object.fromEntries(secret.versions.map(({ id, stages }) => [id, [...stages]]));

const pageOf = <T>(all: readonly T[], size = 100, token = '0') => {
  const start = Number(token);
  if (!Number.isInteger(start) || start < 0) {
    throw secretsManagerError('InvalidNextTokenException', 'The NextToken was not issued by this service.');
  }
  const end = start + size;
  return { items: all.slice(start, end), ...(end < all.length ? { NextToken: String(end) } : {}) };
};
