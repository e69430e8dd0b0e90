import type { DeployedStack } from '../../../cli/target/target';
import { fakeSecrets, run, secretText, type EnvironmentParts } from '../cli/fake-environment';
import {
  connectedEnvironment,
  connectedNumber,
  fakeAccount,
  gatewayUrl,
  mainSid,
  mainToken,
  overrides,
  phoneNumber,
} from './fake-account';

const home = `${gatewayUrl}/fallback`;
const inRegion = 'https://abc123.execute-api.us-west-2.amazonaws.com/dev/fallback';
const fallback = { postUrl: home, signedUrl: home, queueUrl: 'lane', deadLetterQueueUrl: 'dead-letters' };
const target = { fallback, fallbackRegion: { region: 'us-west-2', stackName: 'Gateway-dev-Fallback' } };
const stackWith = (outputs: DeployedStack['outputs']): DeployedStack => ({
  outputs,
  account: '111111111111',
  region: 'us-west-2',
  hasTerminationProtection: false,
});
const deployed = () => Promise.resolve(stackWith({ FallbackUrl: `${inRegion}#rc=3&rp=all` }));
const timeout = () => Promise.reject(Object.assign(new Error('no answer'), { name: 'TimeoutError' }));
const denied = () =>
  Promise.reject(Object.assign(new Error('not allowed'), { name: 'AccessDenied', $fault: 'client' as const }));

const environment = (smsFallbackUrl: string, parts: EnvironmentParts, stage: Readonly<Record<string, unknown>> = {}) =>
  connectedEnvironment(
    { dev: { accounts: { main: { phoneNumbers: [phoneNumber(1)] } }, ...stage } },
    fakeAccount({ phoneNumbers: [connectedNumber(1, { smsFallbackUrl })] }),
    {
      target,
      secrets: fakeSecrets({ AccountSecretsmain0123ABCD: { AWSCURRENT: secretText(mainSid, mainToken) } }),
      ...parts,
    },
  ).parts;

describe('gateway twilio plan', () => {
  const planned = async (parts: EnvironmentParts, stage: Readonly<Record<string, unknown>> = {}) => {
    const result = await run(['twilio', 'plan', '--json'], environment('', parts, stage));
    const { changes } = JSON.parse(result.data) as {
      readonly changes: readonly { readonly fields: readonly { readonly field: string; readonly to: unknown }[] }[];
    };
    return changes.flatMap(({ fields }) => fields).find(({ field }) => field === 'smsFallbackUrl')?.to;
  };

  test('gives Twilio the URL of the other region, with the retries', async () => {
    expect(await planned({ fallbackRegionStack: deployed })).toBe(`${inRegion}${overrides}`);
  });

  test.each([home, inRegion])('takes the URL of either lane from twilio.config.ts: %s', async (fallbackUrl) => {
    expect(await planned({ fallbackRegionStack: deployed }, { fallbackUrl })).toBe(`${fallbackUrl}${overrides}`);
  });

  test.each([
    ['does not answer', timeout, /Cannot read the stack Gateway-dev-Fallback in the region us-west-2.+in time/],
    ['refuses', denied, /Cannot read the stack Gateway-dev-Fallback.+AccessDenied[\s\S]+Next: /],
    [
      'has no such stack',
      () => Promise.resolve(undefined),
      /no stack Gateway-dev-Fallback in the region us-west-2[\s\S]+cdk deploy Gateway-dev-Fallback/,
    ],
    ['has a stack without the URL', () => Promise.resolve(stackWith({})), /has no output FallbackUrl/],
  ])('plans nothing if that region %s, and says so', async (_, fallbackRegionStack, text) => {
    const { exitCode, notes, data } = await run(['twilio', 'plan'], environment('', { fallbackRegionStack }));
    expect(exitCode).toBe(1);
    expect(data).toBe('');
    expect(notes).toMatch(text);
  });
});

describe('gateway doctor', () => {
  interface Report {
    readonly complete: boolean;
    readonly findings: readonly { readonly check: string; readonly text: string; readonly next: string }[];
    readonly skipped: readonly { readonly check: string; readonly reason: string; readonly applies: boolean }[];
    readonly facts: readonly { readonly check: string; readonly text: string }[];
  }
  /** @param drainedAfterMs when the canary is in the table, by the time that the command has slept */
  const diagnose = async (
    smsFallbackUrl: string,
    fallbackRegionStack: NonNullable<EnvironmentParts['fallbackRegionStack']>,
    drainedAfterMs = 70_000,
  ) => {
    let sleptMs = 0;
    const result = await run(
      ['doctor', '--json'],
      environment(smsFallbackUrl, {
        fallbackRegionStack,
        post: () => Promise.resolve({ kind: 'answer', status: 204, contentType: '', body: '', durationMs: 1 }),
        hasCanary: () => Promise.resolve(sleptMs >= drainedAfterMs),
        sleep: (milliseconds) => {
          sleptMs += milliseconds;
          return Promise.resolve();
        },
      }),
    );
    const report = JSON.parse(result.data) as Report;
    const of = (check: string) => report.findings.filter((finding) => finding.check === check);
    const lanePosts = result.posts.map(({ url }) => url).filter((url) => url.endsWith('/fallback'));
    return { ...result, report, of, lanePosts, sleptMs };
  };

  test('sends its canary to the other region, and waits until `drain` has taken it home', async () => {
    const { report, of, lanePosts, notes } = await diagnose(`${inRegion}${overrides}`, deployed);
    expect(lanePosts).toEqual([inRegion]);
    expect(of('fallback-lane')).toEqual([]);
    expect(report.facts).toContainEqual({
      check: 'fallback-lane',
      text: `a signed request came through ${inRegion} and was stored`,
    });
    expect(notes).toContain('up to 90 s');
    expect(of('drifted')).toEqual([]);
    expect(of('fallback')).toEqual([]);
  });

  test('reports a canary that does not come home', async () => {
    const { of, sleptMs } = await diagnose(`${inRegion}${overrides}`, deployed, Infinity);
    expect(of('fallback-lane')).toMatchObject([
      {
        text: expect.stringContaining('not stored within 90 s') as string,
        next: expect.stringContaining('`drain`') as string,
      },
    ]);
    expect(sleptMs).toBeGreaterThanOrEqual(90_000);
  });

  test('reports a number that still has the URL at home', async () => {
    const { of } = await diagnose(`${home}${overrides}`, deployed);
    expect(of('fallback')).toMatchObject([{ text: expect.stringContaining(inRegion) as string }]);
  });

  test('checks everything else while the other region does not answer', async () => {
    const { report, of, lanePosts } = await diagnose(`${inRegion}${overrides}`, timeout);
    expect(of('fallback-lane')).toMatchObject([
      { text: expect.stringContaining('Cannot read the stack Gateway-dev-Fallback') as string },
    ]);
    expect(lanePosts).toEqual([]);
    expect(of('twilio')).toEqual([]);
    expect(of('fallback')).toEqual([]);
    expect(report.complete).toBe(false);
    expect(report.skipped).toContainEqual({
      check: 'fallback',
      reason: expect.stringContaining('us-west-2') as string,
      applies: true,
    });
  });
});

describe('while the other region does not answer', () => {
  const askedBy = async (args: readonly string[], parts: EnvironmentParts = {}) => {
    let asked = 0;
    const fallbackRegionStack = () => {
      asked += 1;
      return timeout();
    };
    const { exitCode } = await run(args, environment('', { fallbackRegionStack, ...parts }));
    return { exitCode, asked };
  };

  test('a command that needs no fallback URL works, and does not ask it', async () => {
    expect(await askedBy(['secret', 'status'])).toEqual({ exitCode: 0, asked: 0 });
  });

  test('changes at Twilio can be undone', async () => {
    const record = JSON.stringify({ version: 1, stage: 'dev', at: '2026-03-04T05:06:07.008Z', changes: [] });
    const undo = ['twilio', 'undo', 'record', '--yes'];
    expect(await askedBy(undo, { inputs: { record } })).toEqual({ exitCode: 0, asked: 0 });
  });
});
