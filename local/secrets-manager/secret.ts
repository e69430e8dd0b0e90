import { createHash } from 'node:crypto';
import { secretsManagerError } from './errors';

/** Either text or base64. */
export interface SecretContent {
  readonly SecretString?: string;
  readonly SecretBinary?: string;
}

export interface SecretVersion {
  readonly id: string;
  readonly content: SecretContent;
  readonly createdAtMs: number;
  /** Never empty: a version without a staging label is deprecated, and deleted. */
  readonly stages: readonly string[];
}

export interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly description?: string;
  readonly createdAtMs: number;
  readonly changedAtMs: number;
  /** Set while the secret is scheduled for deletion. */
  readonly deletedAtMs?: number;
  readonly recoveryWindowDays?: number;
  readonly versions: readonly SecretVersion[];
}

export const current = 'AWSCURRENT';
const previous = 'AWSPREVIOUS';

/**
 * AWS appends six random characters; here they are derived from the name, so that the ARN is the same with an empty
 * store.
 */
export const arnOfSecret = (region: string, accountId: string, name: string): string => {
  const suffix = createHash('sha256').update(name).digest('base64').replace(/[+/=]/g, '').slice(0, 6);
  return `arn:aws:secretsmanager:${region}:${accountId}:secret:${name}-${suffix}`;
};

/** By name, by ARN, or by ARN without the six characters at its end. */
export const isNamedBy = ({ name, arn }: Secret, secretId: string): boolean =>
  secretId === name || secretId === arn || secretId === arn.slice(0, -'-abcdef'.length);

export const versionWithStage = (secret: Secret, stage: string): SecretVersion | undefined =>
  secret.versions.find(({ stages }) => stages.includes(stage));

/** `undefined` for a new token. @throws AwsJsonError `ResourceExistsException` for a token with another value */
export const versionOfToken = (secret: Secret, token: string, content: SecretContent): SecretVersion | undefined => {
  const version = secret.versions.find(({ id }) => id === token);
  if (version === undefined) return undefined;
  const { SecretString, SecretBinary } = version.content;
  if (SecretString === content.SecretString && SecretBinary === content.SecretBinary) return version;
  throw secretsManagerError(
    'ResourceExistsException',
    `You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ` +
      `${secret.arn}.`,
  );
};

/** Adds a version and moves its staging labels to it. The first version is always AWSCURRENT. */
export const withVersion = (secret: Secret, version: SecretVersion): Secret => {
  const stages = secret.versions.length === 0 ? new Set([...version.stages, current]) : new Set(version.stages);
  const added = { ...secret, versions: [...secret.versions, { ...version, stages: [] }] };
  const staged = [...stages].reduce<Secret>((result, stage) => moveStage(result, stage, version.id), added);
  return dropDeprecated({ ...staged, changedAtMs: version.createdAtMs });
};

/**
 * Moves a staging label to another version, or removes it. The version that loses AWSCURRENT to another becomes
 * AWSPREVIOUS: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
 */
export const withStageMoved = (secret: Secret, stage: string, toVersionId: string | undefined): Secret =>
  dropDeprecated(moveStage(secret, stage, toVersionId));

const dropDeprecated = (secret: Secret): Secret => ({
  ...secret,
  versions: secret.versions.filter(({ stages }) => stages.length > 0),
});

const moveStage = (secret: Secret, stage: string, toVersionId: string | undefined): Secret => {
  const loser = versionWithStage(secret, stage);
  const place = (versions: readonly SecretVersion[], label: string, id: string | undefined) =>
    versions.map((version) => {
      const others = version.stages.filter((other) => other !== label);
      return { ...version, stages: version.id === id ? [...others, label] : others };
    });
  const versions = place(secret.versions, stage, toVersionId);
  const demotes = stage === current && loser !== undefined && loser.id !== toVersionId;
  return { ...secret, versions: demotes ? place(versions, previous, loser.id) : versions };
};

export const replaceSecret = (secrets: readonly Secret[], changed: Secret): readonly Secret[] =>
  secrets.map((secret) => (secret.arn === changed.arn ? changed : secret));
