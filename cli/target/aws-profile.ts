import { CliError } from '../terminal/cli-error';
import { propsPlace } from '../terminal/program-name';

type Environment = Readonly<Record<string, string | undefined>>;
type Profile = Readonly<Record<string, string | undefined>>;
type Profiles = Readonly<Record<string, Profile | undefined>>;

/** The AWS configuration of the shell: its variables, and the profiles of `~/.aws/config` and `~/.aws/credentials`. */
export interface AwsShell {
  /** The name in `AWS_PROFILE`; undefined where it is not set. */
  readonly named: string | undefined;
  readonly profiles: Profiles;
  readonly region: string | undefined;
  readonly defaultRegion: string | undefined;
  /** Whether `AWS_ACCESS_KEY_ID` is set: then no profile is read. */
  readonly hasKeys?: boolean;
}

const nonEmpty = (text: string | undefined): string | undefined => (text === '' ? undefined : text);

/** Reads the same files and variables as the SDK. */
export const readAwsShell = async (env: Environment): Promise<AwsShell> => {
  const { loadSharedConfigFiles } = await import('@smithy/core/config');
  const { configFile, credentialsFile } = await loadSharedConfigFiles();
  const names = [...new Set([...Object.keys(configFile), ...Object.keys(credentialsFile)])];
  return {
    named: nonEmpty(env['AWS_PROFILE']),
    profiles: Object.fromEntries(
      names
        .filter((name) => !/^(?:sso-session|services)\./.test(name))
        .map((name) => [name, { ...configFile[name], ...credentialsFile[name] }]),
    ),
    region: nonEmpty(env['AWS_REGION']),
    defaultRegion: nonEmpty(env['AWS_DEFAULT_REGION']),
    hasKeys: nonEmpty(env['AWS_ACCESS_KEY_ID']) !== undefined,
  };
};

const nameOf = ({ named }: AwsShell): string => named ?? 'default';
const profileOf = (shell: AwsShell): Profile | undefined => shell.profiles[nameOf(shell)];

/**
 * The region to use: the stage's own, or else the shell's.
 * @returns undefined to leave it to the SDK (on EC2 it knows the region)
 */
export const regionOf = (stageRegion: string | undefined, shell: AwsShell): string | undefined =>
  stageRegion ?? shell.region ?? nonEmpty(profileOf(shell)?.['region']) ?? shell.defaultRegion;

/** @throws CliError if AWS_PROFILE does not exist: the SDK would use other credentials, or complain about the region */
export const requireProfile = ({ named, profiles }: AwsShell): void => {
  if (named === undefined || profiles[named] !== undefined) return;
  const names = Object.keys(profiles);
  throw new CliError(
    `There is no AWS profile ${named} (AWS_PROFILE) in ~/.aws/config or ~/.aws/credentials` +
      `${names.length === 0 ? '' : `; there are ${names.join(', ')}`}. ` +
      `Set AWS_PROFILE to one that exists, or create it: aws configure sso --profile ${named}`,
  );
};

const keySources = [
  'aws_access_key_id',
  'credential_process',
  'credential_source',
  'role_arn',
  'web_identity_token_file',
];

/** How to fix a profile without credentials. A role takes its credentials from another profile (source_profile). */
const remedy = (name: string, profiles: Profiles, seen: readonly string[] = []): string => {
  const profile = profiles[name];
  const called = `The AWS profile ${name}`;
  if (profile === undefined) {
    return `There is no AWS profile ${name}, which the profile ${seen.at(-1) ?? '-'} names as its source_profile.`;
  }
  const isLogin = (...keys: readonly string[]) => keys.some((key) => profile[key] !== undefined);
  if (isLogin('sso_session', 'sso_start_url')) {
    return `${called} needs a login: aws sso login --profile ${name}`;
  }
  if (isLogin('login_session')) return `${called} needs a login: aws login --profile ${name}`;
  const source = profile['source_profile'];
  if (source !== undefined && !seen.includes(source)) return remedy(source, profiles, [...seen, name]);
  if (profile['credential_process'] !== undefined) {
    return `The credential_process of the AWS profile ${name} gave no credentials: run it by hand to see why.`;
  }
  if (!keySources.some((key) => profile[key] !== undefined)) {
    return (
      `${called} has no keys and no login. Add some: aws configure --profile ${name}, ` +
      `or aws configure sso --profile ${name}; ` +
      'or set AWS_PROFILE to another profile.'
    );
  }
  return `${called} gave no credentials. Check its keys: aws configure list --profile ${name}`;
};

/** Why the SDK found no credentials, according to the profile; undefined without a profile. */
export const credentialsRemedy = (shell: AwsShell): string | undefined =>
  profileOf(shell) === undefined ? undefined : remedy(nameOf(shell), shell.profiles);

/** How to get new credentials instead of expired ones. */
export const expiryRemedy = (shell: AwsShell): string => {
  if (shell.hasKeys === true) return 'They are in AWS_ACCESS_KEY_ID and its like: set new ones, or unset these.';
  const name = nameOf(shell);
  const why = profileOf(shell) === undefined ? undefined : remedy(name, shell.profiles);
  return why ?? `Sign in again: aws sso login --profile ${name}`;
};

/** Why the SDK found no region, according to the profile; undefined without a profile. */
export const regionRemedy = (shell: AwsShell): string | undefined =>
  profileOf(shell) === undefined
    ? undefined
    : `The AWS profile ${nameOf(shell)} has no region. Set AWS_REGION or AWS_DEFAULT_REGION, ` +
      `or env of the stage in ${propsPlace}; ` +
      `or: aws configure set region <region> --profile ${nameOf(shell)}`;
