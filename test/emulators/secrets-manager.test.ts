import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  RotateSecretCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
  type CreateSecretCommandInput,
  type GetSecretValueCommandInput,
  type PutSecretValueCommandInput,
  type UpdateSecretVersionStageCommandInput,
} from '@aws-sdk/client-secrets-manager';
import { createAwsJsonServer } from '../../local/server/aws-json';
import type { LoopbackEndpoint } from '../../local/server/loopback-server';
import { createSecretsManager, type LocalSecretsManager } from '../../local/secrets-manager/secrets-manager';

const Name = 'dev/twilio/AC00000000000000000000000000000001';
/** A version id of 32 characters. */
const version = (n: number): string => `${n}`.padStart(32, '0');
const missingSecret = "Secrets Manager can't find the specified secret.";

let directory: string;
let storePath: string;
let nowMs: number;
let secretsManager: LocalSecretsManager;
let server: LoopbackEndpoint;
let client: SecretsManagerClient;

const start = async (): Promise<void> => {
  secretsManager = await createSecretsManager({
    storePath,
    region: 'eu-central-1',
    accountId: '000000000000',
    now: () => nowMs,
  });
  server = await createAwsJsonServer(secretsManager.handler).start();
  client = new SecretsManagerClient({
    region: 'eu-central-1',
    endpoint: server.endpoint,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
};
const stop = async (): Promise<void> => {
  client.destroy();
  await server.close();
  await secretsManager.close();
};

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'secrets-manager-'));
  storePath = join(directory, 'data', 'secrets.json');
  nowMs = Date.UTC(2025, 0, 1);
  await start();
});
afterEach(async () => {
  await stop();
  await rm(directory, { recursive: true });
});

const create = (input: Partial<CreateSecretCommandInput> = {}) =>
  client.send(new CreateSecretCommand({ Name, SecretString: 'one', ClientRequestToken: version(1), ...input }));
const put = (n: number, SecretString: string, input: Partial<PutSecretValueCommandInput> = {}) =>
  client.send(new PutSecretValueCommand({ SecretId: Name, SecretString, ClientRequestToken: version(n), ...input }));
const get = (input: Partial<GetSecretValueCommandInput> = {}) =>
  client.send(new GetSecretValueCommand({ SecretId: Name, ...input }));
const move = (VersionStage: string, input: Partial<UpdateSecretVersionStageCommandInput>) =>
  client.send(new UpdateSecretVersionStageCommand({ SecretId: Name, VersionStage, ...input }));
const stages = async () => (await client.send(new DescribeSecretCommand({ SecretId: Name }))).VersionIdsToStages;

describe('a secret', () => {
  test('is found by name, by ARN and by ARN without its suffix', async () => {
    const { ARN = '' } = await create();
    expect(ARN).toMatch(new RegExp(`^arn:aws:secretsmanager:eu-central-1:000000000000:secret:${Name}-[A-Za-z0-9]{6}$`));
    for (const SecretId of [Name, ARN, ARN.slice(0, -7)]) {
      expect(await get({ SecretId })).toMatchObject({
        ARN,
        Name,
        SecretString: 'one',
        VersionId: version(1),
        VersionStages: ['AWSCURRENT'],
        CreatedDate: new Date(nowMs),
      });
    }
    await expect(get({ SecretId: ARN.slice(0, -8) })).rejects.toThrow(missingSecret);
  });

  test('can be binary', async () => {
    await create({ SecretString: undefined, SecretBinary: Uint8Array.of(0, 255, 10) });
    const value = await get();
    expect(value.SecretBinary).toEqual(Uint8Array.of(0, 255, 10));
    expect(value.SecretString).toBeUndefined();
  });

  test('is described without its value', async () => {
    await create({ Description: 'The token of one account' });
    nowMs += 1000;
    await put(2, 'two');
    const description = await client.send(new DescribeSecretCommand({ SecretId: Name }));
    expect(description).toMatchObject({
      Name,
      Description: 'The token of one account',
      CreatedDate: new Date(nowMs - 1000),
      LastChangedDate: new Date(nowMs),
      VersionIdsToStages: { [version(1)]: ['AWSPREVIOUS'], [version(2)]: ['AWSCURRENT'] },
    });
    expect(JSON.stringify(description)).not.toMatch(/"(one|two)"/);
    const { Versions } = await client.send(new ListSecretVersionIdsCommand({ SecretId: Name }));
    expect(Versions?.map(({ VersionId, VersionStages }) => [VersionId, VersionStages])).toEqual([
      [version(1), ['AWSPREVIOUS']],
      [version(2), ['AWSCURRENT']],
    ]);
  });

  test('has no value until one is put, if it was created without one', async () => {
    await create({ SecretString: undefined });
    await expect(get()).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    });
    await put(1, 'one', { VersionStages: ['AWSPENDING'] });
    expect(await stages()).toEqual({ [version(1)]: ['AWSPENDING', 'AWSCURRENT'] });
  });

  test('is created once: a second request succeeds only with the same token and value', async () => {
    const { ARN } = await create();
    expect(await create()).toMatchObject({ ARN, VersionId: version(1) });
    await expect(create({ SecretString: 'other' })).rejects.toMatchObject({
      name: 'ResourceExistsException',
    });
    await expect(create({ ClientRequestToken: version(2) })).rejects.toMatchObject({
      name: 'ResourceExistsException',
    });
    expect((await get()).SecretString).toBe('one');
  });

  test('secrets are listed in pages', async () => {
    for (const name of ['a', 'b', 'c']) await create({ Name: name });
    const first = await client.send(new ListSecretsCommand({ MaxResults: 2 }));
    const second = await client.send(new ListSecretsCommand({ MaxResults: 2, NextToken: first.NextToken }));
    expect([...(first.SecretList ?? []), ...(second.SecretList ?? [])].map((secret) => secret.Name)).toEqual([
      'a',
      'b',
      'c',
    ]);
    expect(second.NextToken).toBeUndefined();
  });
});

describe('versions and stages', () => {
  test('a new value becomes current, the old one previous, and the earlier previous one is dropped', async () => {
    await create();
    await put(2, 'two');
    expect((await get()).SecretString).toBe('two');
    expect((await get({ VersionStage: 'AWSPREVIOUS' })).SecretString).toBe('one');
    await put(3, 'three');
    expect(await stages()).toEqual({ [version(2)]: ['AWSPREVIOUS'], [version(3)]: ['AWSCURRENT'] });
    await expect(get({ VersionId: version(1) })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: `Secrets Manager can't find the specified secret value for VersionId: ${version(1)}`,
    });
  });

  test('a rotation puts a pending value, promotes it and removes AWSPENDING', async () => {
    await create();
    await put(2, 'two', { VersionStages: ['AWSPENDING'] });
    expect((await get()).SecretString).toBe('one');
    expect((await get({ VersionStage: 'AWSPENDING' })).SecretString).toBe('two');

    await move('AWSCURRENT', { MoveToVersionId: version(2), RemoveFromVersionId: version(1) });
    expect(await stages()).toEqual({
      [version(1)]: ['AWSPREVIOUS'],
      [version(2)]: ['AWSPENDING', 'AWSCURRENT'],
    });
    await move('AWSPENDING', { RemoveFromVersionId: version(2) });
    expect(await stages()).toEqual({ [version(1)]: ['AWSPREVIOUS'], [version(2)]: ['AWSCURRENT'] });
    await expect(get({ VersionStage: 'AWSPENDING' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret value for staging label: AWSPENDING",
    });
  });

  test('a new stage can be added to a version, and AWSPENDING moves to a new value', async () => {
    await create();
    await move('BLUE', { MoveToVersionId: version(1) });
    expect(await stages()).toEqual({ [version(1)]: ['AWSCURRENT', 'BLUE'] });
    await put(2, 'two', { VersionStages: ['AWSPENDING'] });
    await put(3, 'three', { VersionStages: ['AWSPENDING'] });
    expect(await stages()).toEqual({ [version(1)]: ['AWSCURRENT', 'BLUE'], [version(3)]: ['AWSPENDING'] });
  });

  test('putting a value twice with one token does nothing more', async () => {
    await create();
    await put(2, 'two', { VersionStages: ['AWSPENDING'] });
    await move('AWSCURRENT', { MoveToVersionId: version(2), RemoveFromVersionId: version(1) });
    expect(await put(2, 'two', { VersionStages: ['AWSPENDING'] })).toMatchObject({
      VersionId: version(2),
      VersionStages: ['AWSPENDING', 'AWSCURRENT'],
    });
    expect(await stages()).toEqual({
      [version(1)]: ['AWSPREVIOUS'],
      [version(2)]: ['AWSPENDING', 'AWSCURRENT'],
    });
  });

  test.each<[string, () => Promise<unknown>, string, RegExp?]>([
    ['a token that is used for another value', () => put(1, 'hidden'), 'ResourceExistsException'],
    ['no value', () => put(2, 'x', { SecretString: undefined }), 'InvalidRequestException'],
    ['two values', () => put(2, 'hidden', { SecretBinary: Uint8Array.of(1) }), 'InvalidParameterException'],
    ['a value that is too long', () => put(2, 'hidden'.repeat(11_000)), 'InvalidParameterException'],
    ['no stage', () => put(2, 'hidden', { VersionStages: [] }), 'InvalidParameterException'],
    ['a token that is too short', () => put(2, 'hidden', { ClientRequestToken: 'short' }), 'InvalidParameterException'],
    ['a parameter that is not supported', () => put(2, 'hidden', { RotationToken: 'x' }), 'InvalidParameterException'],
    [
      'an action that is not supported',
      () => client.send(new RotateSecretCommand({ SecretId: Name })),
      'UnknownOperationException',
    ],
    ['a name with a space', () => create({ Name: 'a b' }), 'InvalidParameterException'],
    ['a stage move without any version', () => move('AWSPENDING', {}), 'InvalidParameterException'],
    [
      'a stage move to a version that is not there',
      () => move('AWSCURRENT', { MoveToVersionId: version(9), RemoveFromVersionId: version(1) }),
      'ResourceNotFoundException',
    ],
    [
      'a stage move that does not name the version that has the stage',
      () => move('AWSCURRENT', { MoveToVersionId: version(8) }),
      'InvalidParameterException',
      /RemoveFromVersionId can't be empty\. Staging label AWSCURRENT is currently attached to version 0+1,/,
    ],
    [
      'a stage move from a version that does not have the stage',
      () => move('AWSCURRENT', { MoveToVersionId: version(8), RemoveFromVersionId: version(8) }),
      'InvalidParameterException',
    ],
    [
      'a secret left without a current version',
      () => move('AWSCURRENT', { RemoveFromVersionId: version(1) }),
      'InvalidParameterException',
      /can't be completely removed/,
    ],
    [
      'a version that does not have the stage',
      () => get({ VersionId: version(1), VersionStage: 'AWSPENDING' }),
      'InvalidRequestException',
      /VersionStage that is not associated to the provided VersionId/,
    ],
    [
      'a secret that is not there',
      () => get({ SecretId: 'nowhere' }),
      'ResourceNotFoundException',
      new RegExp(missingSecret),
    ],
  ])('rejects %s and changes nothing', async (_what, attempt, name, message = /./) => {
    await create();
    await put(8, 'pending', { VersionStages: ['AWSPENDING'] });
    const error: unknown = await attempt().catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name, message: expect.stringMatching(message) });
    expect(String(error)).not.toMatch(/hidden|one\b/);
    expect(await stages()).toEqual({ [version(1)]: ['AWSCURRENT'], [version(8)]: ['AWSPENDING'] });
    expect((await get()).SecretString).toBe('one');
  });
});

describe('deletion', () => {
  const remove = (input: object = {}) => client.send(new DeleteSecretCommand({ SecretId: Name, ...input }));
  const list = async (IncludePlannedDeletion?: boolean) =>
    (await client.send(new ListSecretsCommand({ IncludePlannedDeletion }))).SecretList?.map((secret) => secret.Name);

  test('waits for its window, in which the secret cannot be read, but can be restored', async () => {
    await create();
    const { DeletionDate } = await remove({ RecoveryWindowInDays: 7 });
    expect(DeletionDate).toEqual(new Date(nowMs + 7 * 86_400_000));
    for (const attempt of [get(), put(2, 'two'), remove()]) {
      await expect(attempt).rejects.toMatchObject({
        name: 'InvalidRequestException',
        message: "You can't perform this operation on the secret because it was marked for deletion.",
      });
    }
    await expect(create({ ClientRequestToken: version(2) })).rejects.toMatchObject({
      name: 'InvalidRequestException',
    });
    expect(await client.send(new DescribeSecretCommand({ SecretId: Name }))).toMatchObject({
      DeletedDate: new Date(nowMs),
    });
    expect([await list(), await list(true)]).toEqual([[], [Name]]);

    await client.send(new RestoreSecretCommand({ SecretId: Name }));
    expect((await get()).SecretString).toBe('one');
    expect(await client.send(new DescribeSecretCommand({ SecretId: Name }))).not.toHaveProperty('DeletedDate');
  });

  test('is done when the window is over', async () => {
    await create();
    await remove();
    nowMs += 30 * 86_400_000;
    await expect(get()).rejects.toThrow(missingSecret);
    await create({ SecretString: 'anew', ClientRequestToken: version(2) });
    expect((await get()).SecretString).toBe('anew');
  });

  test('is immediate with force, and succeeds for an unknown secret as well', async () => {
    await create();
    await remove({ ForceDeleteWithoutRecovery: true });
    await remove({ ForceDeleteWithoutRecovery: true });
    await expect(get()).rejects.toThrow(missingSecret);
    await expect(client.send(new RestoreSecretCommand({ SecretId: Name }))).rejects.toThrow(missingSecret);
    expect(await list(true)).toEqual([]);
  });

  test('rejects a window together with force, and a window of a day', async () => {
    await create();
    await expect(remove({ ForceDeleteWithoutRecovery: true, RecoveryWindowInDays: 7 })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    await expect(remove({ RecoveryWindowInDays: 1 })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    expect((await get()).SecretString).toBe('one');
  });
});

describe('the store', () => {
  test('keeps everything across a restart, in a file that only its owner can read', async () => {
    await create({ SecretBinary: Uint8Array.of(0, 255), SecretString: undefined });
    await put(2, 'two');
    const before = await client.send(new DescribeSecretCommand({ SecretId: Name }));
    await stop();
    await start();
    expect(await client.send(new DescribeSecretCommand({ SecretId: Name }))).toEqual({
      ...before,
      $metadata: expect.anything(),
    });
    expect((await get({ VersionStage: 'AWSPREVIOUS' })).SecretBinary).toEqual(Uint8Array.of(0, 255));
    expect((await stat(storePath)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(directory, 'data'))).toEqual(['secrets.json']);
  });

  test('concurrent changes are all kept', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, n) => create({ Name: `secret-${n}` })));
    await stop();
    await start();
    expect((await client.send(new ListSecretsCommand())).SecretList).toHaveLength(20);
  });

  test.each([
    ['is not JSON', '{"secret words'],
    ['is of another version', '{"version":2,"secrets":[]}'],
    ['is something else', 'null'],
  ])('rejects a file that %s, without quoting or changing it', async (_what, content) => {
    await create();
    await writeFile(storePath, content);
    const error: unknown = await createSecretsManager({ storePath, region: 'x', accountId: 'x' }).catch(
      (caught: unknown) => caught,
    );
    expect(String(error)).toMatch(/not a store of secrets/);
    expect(String(error)).not.toContain('secret words');
    expect(await readFile(storePath, 'utf8')).toBe(content);
  });

  test('rejects a change that cannot be written, and does not show it', async () => {
    await create();
    await rm(join(directory, 'data'), { recursive: true });
    await writeFile(join(directory, 'data'), 'in the way');
    await expect(put(2, 'hidden')).rejects.toMatchObject({ name: 'InternalFailure' });
    expect((await get()).SecretString).toBe('one');
  });

  test('is in memory only when no path is given', async () => {
    const volatile = await createSecretsManager({ region: 'eu-central-1', accountId: '000000000000' });
    await volatile.actions.CreateSecret({ Name: 'a', SecretBinary: Uint8Array.of(7) });
    expect((await volatile.actions.GetSecretValue({ SecretId: 'a' })).SecretBinary).toEqual(Buffer.of(7));
    await expect(volatile.actions.GetSecretValue({ SecretId: 'b' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});
