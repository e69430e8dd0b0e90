import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { startTestGateway, type TestGateway } from '../helpers/test-gateway';
import { startTwilioDouble, type TwilioDouble } from '../helpers/twilio-double';
import type { Resource, TwilioAccountState } from '../helpers/twilio-double/state';
import { assemblyWithAccounts } from '../helpers/two-account-assembly';

const root = join(__dirname, '..', '..');
const publicOrigin = 'https://gateway.example';
const overrides = '#rc=3&rp=4xx,5xx,ct,rt';
const messagesUrl = `${publicOrigin}/dev/messages${overrides}`;
const fallbackUrl = 'https://fallback.example/twiml';
const numbers = ['+15550100002', '+15550100003', '+15550100004'] as const;

interface Finished {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A whole account, the local gateway and the real command line, as an operator has them. */
describe('an account with other webhook URLs', () => {
  let gateway: TestGateway;
  let double: TwilioDouble;
  let directory: string;
  let main: TwilioAccountState;
  let subaccount: TwilioAccountState;
  let service: Resource;
  let key: { readonly sid: string; readonly secret: string };

  const run = (...args: readonly string[]): Promise<Finished> =>
    new Promise((resolve, reject) => {
      const tsx = pathToFileURL(require.resolve('tsx')).href;
      const child = spawn(process.execPath, ['--import', tsx, join(root, 'bin/gateway.ts'), ...args], {
        cwd: directory,
        env: {
          PATH: process.env['PATH'],
          HOME: directory,
          TWILIO_API_BASE_URL: double.url,
          TWILIO_API_KEY_MAIN: key.sid,
          TWILIO_API_SECRET_MAIN: key.secret,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const text = { stdout: '', stderr: '' };
      child.stdout.on('data', (chunk: Buffer) => (text.stdout += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (text.stderr += chunk.toString()));
      child.on('error', reject);
      child.on('close', (exitCode) => resolve({ exitCode, ...text }));
    });

  const numberOf = (phoneNumber: string): Resource => {
    const found = [...double.state.phoneNumbers.values()].find((phone) => phone['phone_number'] === phoneNumber);
    if (found === undefined) throw new Error('no such number');
    return found;
  };
  const json = ({ stdout }: Finished) => JSON.parse(stdout) as Readonly<Record<string, unknown>>;

  beforeAll(async () => {
    double = await startTwilioDouble();
    main = double.addAccount();
    subaccount = double.addAccount({ ownerAccountSid: main.sid });
    key = double.addApiKey(main.sid);
    gateway = await startTestGateway({
      publicOrigin,
      assemble: () => assemblyWithAccounts('support'),
      account: { accountSid: main.sid, authToken: main.authToken },
    });
    await gateway.secretsManager.send(
      new PutSecretValueCommand({
        SecretId: gateway.gateway.state.secretIds[1],
        SecretString: JSON.stringify({ accountSid: subaccount.sid, authToken: subaccount.authToken }),
      }),
    );
    double.addPhoneNumber(main.sid, numbers[0], { sms_url: 'https://user:hunter2@old.example/sms' });
    double.addPhoneNumber(main.sid, numbers[1], { sms_url: 'https://old.example/sms', sms_method: 'GET' });
    double.addPhoneNumber(main.sid, numbers[2]);
    double.addPhoneNumber(subaccount.sid, '+15550100005', { sms_url: 'http://old.example/sub' });
    service = double.addMessagingService(main.sid, { inbound_request_url: 'https://old.example/service' });

    directory = mkdtempSync(join(tmpdir(), 'gateway-twilio-'));
    mkdirSync(join(directory, '.gateway'));
    writeFileSync(
      join(directory, '.gateway', 'local.json'),
      JSON.stringify({ ...gateway.gateway.state, pid: process.pid }),
    );
    writeFileSync(
      join(directory, 'twilio.config.ts'),
      `import { defineTwilioConfig } from ${JSON.stringify(join(root, 'cli/twilio/config/config'))};
       export const twilioConfig = defineTwilioConfig({
         local: {
           fallbackUrl: '${fallbackUrl}',
           accounts: {
             main: {
               phoneNumbers: ['${numbers[0]}', { number: '${numbers[1]}', statusCallback: true }, '${numbers[2]}'],
               messagingServices: ['${service.sid}'],
               usageTriggers: [{ usageCategory: 'totalprice', triggerValue: '+50' }],
             },
             support: {
               phoneNumbers: ['+15550100005'],
               usageTriggers: [{ usageCategory: 'totalprice', triggerValue: '+50' }],
             },
           },
         },
       });`,
    );
  }, 60_000);
  afterAll(async () => {
    process.stderr.write(
      `Twilio: ${double.validatedRequests} requests fit the official descriptions, ` +
        `${double.invalidRequests.length} do not.\n`,
    );
    await gateway.close();
    await double.close();
    rmSync(directory, { recursive: true, force: true });
  });
  afterEach(() => double.clearFaults());

  test('plan shows every difference, changes nothing, and hides the passwords of the old URLs', async () => {
    const { exitCode, stdout } = await run('twilio', 'plan');
    expect(exitCode).toBe(0);
    for (const name of [...numbers, '+15550100005', service.sid]) expect(stdout).toContain(name);
    expect(stdout).toContain(`smsUrl: https://***@old.example/sms -> ${messagesUrl}`);
    expect(stdout).toContain('smsMethod: GET -> POST');
    expect(stdout).toContain(`statusCallback: (none) -> ${publicOrigin}/dev/events${overrides}`);
    expect(stdout).toContain(`inboundRequestUrl: https://old.example/service -> ${messagesUrl}`);
    expect(stdout).toContain('7 changes.');
    expect(stdout).not.toContain('hunter2');
    expect(double.writes).toEqual([]);
  }, 60_000);

  test('rejects a configuration file with an error as a usage error, and names the file', async () => {
    const file = join(directory, 'twilio.config.ts');
    const good = readFileSync(file, 'utf8');
    writeFileSync(file, 'export const twilioConfig = {');
    try {
      const { exitCode, stdout, stderr } = await run('twilio', 'plan');
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
      expect(stderr).toMatch(/^twilio\.config\.ts cannot be loaded: .*\n/);
      expect(stderr).toContain('Next: ');
      expect(stderr).not.toMatch(/Please report|\n +at /);
    } finally {
      writeFileSync(file, good);
    }
  }, 60_000);

  test('CLI-PARTIAL: a failure at the third change lists what is done, and how to undo it', async () => {
    double.inject({ kind: 'status', status: 429 }, { writes: true, nth: 3, times: 10 });
    const { exitCode, stdout, stderr } = await run('twilio', 'apply', '--yes');
    expect(exitCode).toBe(1);
    expect(stdout.match(/^done /gm)).toHaveLength(2);
    expect(stdout).toMatch(new RegExp(`^failed {6}~ phone number \\${numbers[2]}.*429.*nothing was changed`, 'm'));
    expect(stdout.match(/^not reached /gm)).toHaveLength(4);
    expect(stdout).toContain('2 of 7 done.');
    expect(numberOf(numbers[1])['sms_url']).toBe(messagesUrl);
    expect(numberOf(numbers[2])['sms_url']).toBe('');
    const undoFile = /npx gateway twilio undo (\S+)/.exec(stderr)?.[1] ?? '';
    expect(statSync(join(directory, undoFile)).mode & 0o077).toBe(0);
    expect(readFileSync(join(directory, undoFile), 'utf8')).toContain('hunter2');
  }, 60_000);

  test('a second apply connects it, and then there is nothing to do', async () => {
    const before = double.writes.length;
    const again = await run('twilio', 'apply', '--yes', '--json');
    expect(again.exitCode).toBe(0);
    expect(json(again)['changes']).toHaveLength(5);
    expect(double.writes.length - before).toBe(5);
    for (const phoneNumber of numbers) {
      expect(numberOf(phoneNumber)).toMatchObject({
        sms_url: messagesUrl,
        sms_method: 'POST',
        sms_fallback_url: fallbackUrl,
      });
    }
    expect(double.state.messagingServices.get(service.sid)).toMatchObject({
      inbound_request_url: messagesUrl,
      status_callback: `${publicOrigin}/dev/status${overrides}`,
      fallback_url: fallbackUrl,
    });
    const triggers = [...double.state.usageTriggers.values()];
    expect(triggers.map(({ account_sid }) => account_sid).sort()).toEqual([main.sid, subaccount.sid].sort());
    for (const trigger of triggers) {
      expect(trigger).toMatchObject({
        callback_url: `${publicOrigin}/dev/usage${overrides}`,
        trigger_value: '50.000000',
        recurring: 'daily',
        trigger_by: 'price',
      });
    }
    const second = await run('twilio', 'plan', '--exit-code');
    expect(second).toMatchObject({ exitCode: 0, stdout: 'Nothing to do.\n' });
  }, 60_000);

  test('doctor finds no problem until a URL is changed at Twilio', async () => {
    const green = await run('doctor');
    expect(green).toMatchObject({ exitCode: 0 });
    expect(green.stdout).toContain('No problem found.');
    numberOf(numbers[1])['sms_url'] = 'https://elsewhere.example/sms';
    const red = await run('doctor', '--json');
    expect(red.exitCode).toBe(1);
    const problems = (json(red)['findings'] as { level: string }[]).filter(({ level }) => level === 'problem');
    expect(problems).toEqual([
      expect.objectContaining({
        check: 'not-pointed-here',
        subject: expect.stringContaining(numbers[1]) as string,
      }),
    ]);
    expect(problems[0]).toMatchObject({ next: 'npx gateway twilio apply' });
  }, 60_000);

  test("every request of the client fits Twilio's OpenAPI descriptions", () => {
    expect(double.validatedRequests).toBeGreaterThan(40);
    expect(double.invalidRequests).toEqual([]);
  });
});
