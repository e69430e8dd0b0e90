import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gateway, withAnswer, type Finished } from '../gateway-process';

const keys = { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' };
const missingStack =
  '<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type><Code>ValidationError</Code>' +
  '<Message>Stack with id TwilioWebhookGateway-dev does not exist</Message></Error></ErrorResponse>';
const stackOf = (account: string) =>
  '<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member>' +
  `<StackId>arn:aws:cloudformation:eu-west-1:${account}:stack/TwilioWebhookGateway-dev/id</StackId>` +
  '<StackName>TwilioWebhookGateway-dev</StackName></member></Stacks></DescribeStacksResult></DescribeStacksResponse>';

/** The region in the scope of a request's signature. */
const regionOf = ({ headers }: IncomingMessage): string =>
  /Credential=[^/]+\/\d+\/([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? '';

describe('the AWS configuration of the shell, with the real credential chain', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'gateway-aws-'));
    mkdirSync(join(home, '.aws', 'sso', 'cache'), { recursive: true });
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));
  const config = (text: string) => writeFileSync(join(home, '.aws', 'config'), text);
  const list = (environment: Readonly<Record<string, string>>, entry?: string): Promise<Finished> =>
    gateway(home, ['messages', 'list', '--stage', 'dev'], environment, undefined, entry);

  /** The regions that a command's requests were signed for. */
  const regionsOf = async (environment: Readonly<Record<string, string>>, entry?: string) => {
    const regions = new Set<string>();
    await withAnswer(
      400,
      missingStack,
      async (endpoint) => {
        await list({ ...keys, AWS_ENDPOINT_URL: endpoint, ...environment }, entry);
      },
      (request) => regions.add(regionOf(request)),
    );
    return [...regions];
  };

  /** An entry point whose `lib/stages.ts` gives the stage this environment. */
  const entryWith = (env: { readonly account?: string; readonly region?: string }): string => {
    const path = join(home, 'entry.ts');
    const stage = {
      env,
      production: false,
      consumerMaxConcurrency: 5,
      throttle: { rateLimit: 100, burstLimit: 100 },
    };
    writeFileSync(
      path,
      `import { runAsProcess } from ${JSON.stringify(join(__dirname, '..', '..', '..', '..', 'cli', 'process'))};\n` +
        `void runAsProcess(process, () => Promise.resolve({ names: ['dev'], find: () => (${JSON.stringify(stage)}) }));\n`,
    );
    return path;
  };

  it.each<[string, string, string, RegExp]>([
    [
      'a profile that does not exist',
      '[profile work]\nregion = eu-west-1\n[sso-session corp]\nsso_region = eu-west-1\n',
      'nope',
      /^There is no AWS profile nope \(AWS_PROFILE\).*; there are work\. .*aws configure sso --profile nope\n$/,
    ],
    [
      'a profile without keys',
      '[profile bare]\nregion = eu-west-1\n',
      'bare',
      /^No AWS credentials\. The AWS profile bare has no keys and no login\..*aws configure --profile bare/,
    ],
    [
      'a profile whose login has never been',
      '[profile corp]\nregion = eu-west-1\nsso_session = corp\nsso_account_id = 111111111111\nsso_role_name = ops\n' +
        '[sso-session corp]\nsso_region = eu-west-1\nsso_start_url = https://corp.example.com/start\n',
      'corp',
      /^No AWS credentials\. The AWS profile corp needs a login: aws sso login --profile corp\n$/,
    ],
    [
      'a role whose source profile needs a login',
      '[profile role]\nregion = eu-west-1\nrole_arn = arn:aws:iam::111111111111:role/ops\nsource_profile = corp\n' +
        '[profile corp]\nsso_start_url = https://corp.example.com/start\nsso_region = eu-west-1\n' +
        'sso_account_id = 111111111111\nsso_role_name = ops\n',
      'role',
      /^No AWS credentials\. The AWS profile corp needs a login: aws sso login --profile corp\n$/,
    ],
    [
      'a process that gives none',
      '[profile process]\nregion = eu-west-1\ncredential_process = /nonexistent/command\n',
      'process',
      /^No AWS credentials\. The credential_process of the AWS profile process gave no credentials/,
    ],
    [
      'a profile without a region',
      '[profile keys]\naws_access_key_id = x\naws_secret_access_key = x\n',
      'keys',
      /^No AWS region\. The AWS profile keys has no region\..*aws configure set region <region> --profile keys\n$/,
    ],
  ])('rejects %s by its name, with the fix', async (_what, text, profile, stderr) => {
    config(text);
    const result = await list({ AWS_PROFILE: profile });
    expect(result).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringMatching(stderr) as string,
    });
  });

  it('rejects a login that has expired, and says how to log in again', async () => {
    config(
      '[profile corp]\nregion = eu-west-1\nsso_session = corp\nsso_account_id = 111111111111\nsso_role_name = ops\n' +
        '[sso-session corp]\nsso_region = eu-west-1\nsso_start_url = https://corp.example.com/start\n',
    );
    const name = createHash('sha1').update('corp').digest('hex');
    writeFileSync(
      join(home, '.aws', 'sso', 'cache', `${name}.json`),
      JSON.stringify({ accessToken: 'x', expiresAt: '2020-01-01T00:00:00Z' }),
    );
    expect((await list({ AWS_PROFILE: 'corp' })).stderr).toBe(
      'No AWS credentials. The AWS profile corp needs a login: aws sso login --profile corp\n',
    );
  });

  it('takes the region of the stage, AWS_REGION, the profile and AWS_DEFAULT_REGION, in this order', async () => {
    config('[profile work]\nregion = eu-west-1\naws_access_key_id = x\naws_secret_access_key = x\n');
    const byDefault = { AWS_DEFAULT_REGION: 'ap-south-1' };
    const byProfile = { ...byDefault, AWS_PROFILE: 'work' };
    const byVariable = { ...byProfile, AWS_REGION: 'us-west-2' };
    expect(await regionsOf(byDefault)).toEqual(['ap-south-1']);
    expect(await regionsOf(byProfile)).toEqual(['eu-west-1']);
    expect(await regionsOf(byVariable)).toEqual(['us-west-2']);
    expect(await regionsOf(byVariable, entryWith({ region: 'eu-central-1' }))).toEqual(['eu-central-1']);
  });

  it('rejects a stack of another account than the stage’s', async () => {
    await withAnswer(200, stackOf('222222222222'), async (endpoint) => {
      const result = await list(
        { ...keys, AWS_ENDPOINT_URL: endpoint },
        entryWith({ account: '111111111111', region: 'eu-west-1' }),
      );
      expect(result).toMatchObject({
        exitCode: 1,
        stdout: '',
        stderr: expect.stringMatching(/^Stage dev belongs to the AWS account 111111111111.*222222222222/) as string,
      });
    });
  });
});
