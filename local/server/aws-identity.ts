/** Who and where the local gateway pretends to be. The account is one that AWS never gives away. */
export const localRegion = 'us-east-1';
export const localAccountId = '000000000000';
/** Dummy keys: the emulators check none, but the SDK sends nothing without. */
export const localCredentials = { accessKeyId: 'local', secretAccessKey: 'local' } as const;

export const localArn = (service: string, resource: string): string =>
  `arn:aws:${service}:${localRegion}:${localAccountId}:${resource}`;

/** What the pseudo parameters of a template say here. The id never changes: names made of it are those of the data directory. */
export const localStack = {
  region: localRegion,
  accountId: localAccountId,
  stackName: 'local',
  stackId: localArn('cloudformation', 'stack/local/00000000-0000-4000-8000-000000000000'),
} as const;
