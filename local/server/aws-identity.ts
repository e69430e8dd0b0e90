/** Region and account of the emulated services. AWS does not assign this account id. */
export const localRegion = 'us-east-1';
export const localAccountId = '000000000000';
/** Dummy keys: the emulators do not check them, but the SDK needs some. */
export const localCredentials = { accessKeyId: 'local', secretAccessKey: 'local' } as const;

export const localArn = (service: string, resource: string): string =>
  `arn:aws:${service}:${localRegion}:${localAccountId}:${resource}`;

/**
 * Values of a template's pseudo parameters. The stack id is constant: names in the data directory are derived from
 * it.
 */
export const localStack = {
  region: localRegion,
  accountId: localAccountId,
  stackName: 'local',
  stackId: localArn('cloudformation', 'stack/local/00000000-0000-4000-8000-000000000000'),
} as const;
