import { TwilioApiError } from '../../../lambda/shared/twilio/twilio-api-error';
import { run } from '../cli/fake-environment';
import {
  configOf,
  connectedNumber,
  connectedService,
  connectedEnvironment,
  fakeAccount,
  gatewayUrl,
  numberState,
  overrides,
  phoneNumber,
  serviceSid,
  serviceState,
  triggerState,
} from './fake-account';

const trigger = { usageCategory: 'totalprice', triggerValue: '+50', triggerBy: 'price', recurring: 'daily' };
const json = (text: string) => JSON.parse(text) as Readonly<Record<string, unknown>>;

describe('twilio plan', () => {
  it('prints Nothing to do if everything is configured already', async () => {
    const account = fakeAccount({
      phoneNumbers: [connectedNumber(1), numberState(9)],
      messagingServices: [connectedService()],
      usageTriggers: [triggerState(), triggerState({ sid: `UT${'2'.repeat(32)}`, friendlyName: 'somebody else’s' })],
    });
    const config = configOf(1, { messagingServices: [serviceSid], usageTriggers: [trigger] });
    const result = await run(['twilio', 'plan', '--exit-code'], connectedEnvironment(config, account).parts);
    expect(result).toMatchObject({ exitCode: 0, data: 'Nothing to do.' });
  });

  it('reports dryRun only for a dry run, even if apply has nothing to do', async () => {
    const { parts } = connectedEnvironment(configOf(1), fakeAccount({ phoneNumbers: [connectedNumber(1)] }));
    const applied = await run(['twilio', 'apply', '--yes', '--json'], parts);
    expect(applied.exitCode).toBe(0);
    expect(json(applied.data)).toEqual({ changes: [], dryRun: false, undoFile: null });
    const dry = await run(['twilio', 'apply', '--dry-run', '--json'], parts);
    expect(json(dry.data)).toMatchObject({ dryRun: true });
  });

  it('prints resource, field, from and to; with --exit-code a difference is 1', async () => {
    const account = fakeAccount({ phoneNumbers: [numberState(1, { smsMethod: 'GET' })] });
    const { parts } = connectedEnvironment(configOf(1), account);
    const result = await run(['twilio', 'plan'], parts);
    expect(result.exitCode).toBe(0);
    expect(result.data).toContain(`~ phone number ${phoneNumber(1)} (account main)`);
    expect(result.data).toContain(`smsUrl: https://old.example.com/sms -> ${gatewayUrl}/messages${overrides}`);
    expect(result.data).toContain('smsMethod: GET -> POST');
    expect(result.notes).toContain('npx gateway twilio apply --stage dev');
    expect((await run(['twilio', 'plan', '--exit-code'], parts)).exitCode).toBe(1);
    expect(account.writes).toEqual([]);
  });

  it('is JSON for programs, without the password of an old URL', async () => {
    const smsUrl = 'https://user:hunter2@old.example.com/sms';
    const account = fakeAccount({ phoneNumbers: [numberState(1, { smsUrl })] });
    const result = await run(['twilio', 'plan', '--json'], connectedEnvironment(configOf(1), account).parts);
    expect(json(result.data)).toMatchObject({
      obstacles: [],
      changes: [
        {
          account: 'main',
          resource: 'phone-number',
          action: 'update',
          fields: [{ field: 'smsUrl', from: 'https://***@old.example.com/sms' }, { field: 'smsFallbackUrl' }],
        },
      ],
    });
    expect(result.data + result.notes).not.toContain('hunter2');
  });

  it('replaces a usage trigger whose definition changed, and leaves those of other stages alone', async () => {
    const other = triggerState({
      sid: `UT${'3'.repeat(32)}`,
      friendlyName: 'gateway prod: totalprice +50 price daily',
    });
    const account = fakeAccount({ usageTriggers: [triggerState(), other] });
    const config = configOf(0, { usageTriggers: [{ ...trigger, triggerValue: '+80' }] });
    const result = await run(['twilio', 'plan', '--json'], connectedEnvironment(config, account).parts);
    expect(json(result.data)['changes']).toMatchObject([
      { action: 'create', name: 'gateway dev: totalprice +80 price daily' },
      { action: 'delete', name: 'gateway dev: totalprice +50 price daily' },
    ]);
  });

  it('rejects what the account lacks, or a TwiML application overrides, and apply changes nothing', async () => {
    const account = fakeAccount({
      phoneNumbers: [numberState(1, { smsApplicationSid: `AP${'1'.repeat(32)}` })],
    });
    const { parts } = connectedEnvironment(configOf(2, { messagingServices: [serviceSid] }), account);
    const planned = await run(['twilio', 'plan'], parts);
    expect(planned.exitCode).toBe(1);
    expect(planned.data).toMatch(/! \+15550100001.*TwiML application/);
    expect(planned.data).toMatch(/! \+15550100002.*no such phone number/);
    expect(planned.data).toMatch(/! MG1+.*no such messaging service/);
    const applied = await run(['twilio', 'apply', '--yes'], parts);
    expect(applied.exitCode).toBe(1);
    expect(account.writes).toEqual([]);
  });

  it.each([
    ['messagesUrl', gatewayUrl.replace('https', 'http') + '/messages'],
    ['messagesUrl', `${gatewayUrl}/messages/`],
    ['messagesUrl', gatewayUrl.replace('/dev', '/prod') + '/messages'],
    ['messagesUrl', 'https://192.0.2.1/dev/messages'],
    ['messagesUrl', `${gatewayUrl.replace('://', '://user:pass@')}/messages`],
    ['statusCallback', `${gatewayUrl}/messages`],
    ['fallbackUrl', 'http://fallback.example.com/'],
    ['fallbackUrl', `${gatewayUrl}/messages`],
  ])('rejects CLI-HTTPURL: %s %s, without a call to Twilio', async (key, url) => {
    const account = fakeAccount({ phoneNumbers: [numberState(1)] });
    const config = configOf(0, { phoneNumbers: [{ number: phoneNumber(1), [key]: url }] });
    for (const command of [['plan'], ['apply', '--yes']]) {
      const { parts, opened } = connectedEnvironment(config, account);
      const result = await run(['twilio', ...command], parts);
      expect(result.exitCode).toBe(2);
      expect(result.notes).toContain(`dev.accounts.main.phoneNumbers[0].${key}: `);
      expect(result.notes + result.data).not.toContain('user:pass');
      expect(opened).toEqual([]);
    }
    expect(account.writes).toEqual([]);
  });

  it('lets a URL of another stage through by force, and nothing worse', async () => {
    const account = fakeAccount({ phoneNumbers: [numberState(1)] });
    const withUrl = (messagesUrl: string) => configOf(0, { phoneNumbers: [{ number: phoneNumber(1), messagesUrl }] });
    const other = `${gatewayUrl.replace('/dev', '/prod')}/messages`;
    const forced = await run(['twilio', 'plan', '--force'], connectedEnvironment(withUrl(other), account).parts);
    expect(forced.data).toContain(`-> ${other}${overrides}`);
    const insecure = connectedEnvironment(withUrl(`http://old.example.com/dev/messages`), account);
    expect((await run(['twilio', 'plan', '--force'], insecure.parts)).exitCode).toBe(2);
    expect(insecure.opened).toEqual([]);
  });

  it('rejects HTTP Digest, and says why', async () => {
    const config = { dev: { ...configOf(1)['dev'], httpAuthentication: 'digest' } };
    const { parts, opened } = connectedEnvironment(config, fakeAccount());
    const result = await run(['twilio', 'plan'], parts);
    expect(result).toMatchObject({ exitCode: 2, data: '' });
    expect(result.notes).toMatch(/digest.*does not support/);
    expect(opened).toEqual([]);
  });

  it('rejects a local gateway without a public URL, a missing file and an unknown stage', async () => {
    const local = connectedEnvironment({ local: configOf(1)['dev'] }, fakeAccount(), {
      target: {
        stage: undefined,
        connection: {
          kind: 'local',
          region: 'x',
          endpoints: { sqs: 'x', dynamodb: 'x', secretsmanager: 'x', sns: 'x' },
        },
        webhooks: Object.fromEntries(
          ['messages', 'status', 'usage', 'events'].map((route) => {
            const url = `http://127.0.0.1:3000/dev/${route}`;
            return [route, { postUrl: url, signedUrl: url }];
          }),
        ) as never,
      },
    });
    expect((await run(['twilio', 'plan'], local.parts)).notes).toMatch(/--public-url/);
    const missing = connectedEnvironment(undefined, fakeAccount());
    expect((await run(['twilio', 'plan'], missing.parts)).notes).toMatch(/no twilio\.config\.ts/);
    const unknown = connectedEnvironment({ prod: configOf(1)['dev'] }, fakeAccount());
    expect((await run(['twilio', 'plan'], unknown.parts)).notes).toMatch(/no stage dev \(only prod\)/);
  });

  it('uses the API key of the environment, or else the Auth Token of the secret', async () => {
    const sid = `SK${'1'.repeat(32)}`;
    const withKey = connectedEnvironment(configOf(0), fakeAccount(), {
      variables: { TWILIO_API_KEY: sid, TWILIO_API_SECRET: 'dummy-secret' },
    });
    await run(['twilio', 'plan'], withKey.parts);
    expect(withKey.opened).toMatchObject([{ username: sid, password: 'dummy-secret' }]);
    const withToken = connectedEnvironment(configOf(0), fakeAccount());
    await run(['twilio', 'plan'], withToken.parts);
    expect(withToken.opened).toMatchObject([{ username: withToken.opened[0]?.accountSid }]);
  });

  it('rejects an account of another name, and a placeholder, with the next command', async () => {
    const other = connectedEnvironment({ dev: { accounts: { support: {} } } }, fakeAccount());
    expect((await run(['twilio', 'plan'], other.parts)).notes).toMatch(/no account of this name.*lib\/stages\.ts/);
    const { parts } = connectedEnvironment(configOf(0), fakeAccount());
    const placeholder = JSON.stringify({ accountSid: 'CHANGE_ME', authToken: 'x' });
    const read = () => Promise.resolve({ kind: 'text', text: placeholder } as const);
    const secrets = { ...parts.secrets, read } as NonNullable<typeof parts.secrets>;
    const result = await run(['twilio', 'plan'], { ...parts, secrets });
    expect(result.notes).toMatch(/placeholder.*npx gateway secret set --stage dev --name main/);
  });
});

describe('twilio apply', () => {
  it.each([
    ['without --yes where nobody can be asked', []],
    ['with --dry-run', ['--dry-run', '--yes']],
  ])('CLI-DRYRUN: %s shows old and new URL and changes nothing', async (_how, options) => {
    const account = fakeAccount({ phoneNumbers: [numberState(1)] });
    const { parts, kept } = connectedEnvironment(configOf(1), account);
    const result = await run(['twilio', 'apply', ...options], parts);
    expect(result.exitCode).toBe(0);
    expect(result.data).toContain(`https://old.example.com/sms -> ${gatewayUrl}/messages`);
    expect(account.writes).toEqual([]);
    expect(kept.size).toBe(0);
  });

  it('asks, and changes nothing if the answer is no', async () => {
    const account = fakeAccount({ phoneNumbers: [numberState(1)] });
    const asked: string[] = [];
    const answering = (answer: boolean) =>
      connectedEnvironment(configOf(1), account, {
        confirm: (question) => {
          asked.push(question);
          return Promise.resolve(answer);
        },
      }).parts;
    expect((await run(['twilio', 'apply'], answering(false))).exitCode).toBe(1);
    expect(account.writes).toEqual([]);
    expect((await run(['twilio', 'apply'], answering(true))).exitCode).toBe(0);
    expect(account.writes).toHaveLength(1);
    expect(asked).toHaveLength(2);
    expect((await run(['twilio', 'apply'], answering(true))).data).toContain('Nothing to do.');
    expect(asked).toHaveLength(2);
  });

  it('CLI-PARTIAL: stops after a 429 at 3 of 5, says what is done and how to undo it; a repeat finishes', async () => {
    let isBroken = true;
    const account = fakeAccount({
      phoneNumbers: [1, 2, 3, 4, 5].map((at) => numberState(at)),
      beforeWrite: (nth) => {
        if (isBroken && nth === 3) throw new TwilioApiError(429, 20429);
      },
    });
    const { parts, kept } = connectedEnvironment(configOf(5), account);
    const result = await run(['twilio', 'apply', '--yes', '--json'], parts);
    expect(result.exitCode).toBe(1);
    const changes = json(result.data)['changes'] as readonly { readonly state: string }[];
    expect(changes.map(({ state }) => state)).toEqual(['done', 'done', 'failed', 'not-reached', 'not-reached']);
    const [[file, record] = ['', '']] = [...kept];
    expect(result.notes).toContain(`npx gateway twilio undo .gateway/${file} --stage dev`);
    expect(json(record)).toMatchObject({ version: 1, stage: 'dev' });
    isBroken = false;
    expect(await run(['twilio', 'apply', '--yes'], parts)).toMatchObject({ exitCode: 0 });
    expect(account.writes).toHaveLength(5);
  });

  it('says that a change without an answer may have been made', async () => {
    const account = fakeAccount({
      phoneNumbers: [numberState(1)],
      beforeWrite: () => {
        throw new TwilioApiError(undefined);
      },
    });
    const result = await run(['twilio', 'apply', '--yes'], connectedEnvironment(configOf(1), account).parts);
    expect(result.exitCode).toBe(1);
    expect(result.data).toMatch(/^unknown .*may have been changed anyway/m);
  });

  it('puts the credentials of Basic authentication into the URLs, and shows them nowhere', async () => {
    const account = fakeAccount({ phoneNumbers: [connectedNumber(1)] });
    const { parts } = connectedEnvironment(configOf(1), account, { target: { basicAuthSecretId: 'basic' } });
    const text = JSON.stringify({ credentials: [{ username: 'twilio', password: 'dummy-password' }] });
    const read: NonNullable<typeof parts.secrets>['read'] = (id, stage) =>
      id === 'basic'
        ? Promise.resolve({ kind: 'text', text })
        : (parts.secrets?.read(id, stage) ?? Promise.resolve({ kind: 'missing' }));
    const secrets = { ...parts.secrets, read } as NonNullable<typeof parts.secrets>;
    const result = await run(['twilio', 'apply', '--yes'], { ...parts, secrets });
    expect(result.exitCode).toBe(0);
    expect(account.phoneNumbers[0]?.smsUrl).toBe(
      `${gatewayUrl.replace('://', '://twilio:dummy-password@')}/messages${overrides}`,
    );
    expect(result.data + result.notes).not.toContain('dummy-password');
  });
});

describe('what has the webhooks of another stage', () => {
  const prodUrl = `${gatewayUrl.replace('/dev', '/prod')}/messages${overrides}`;
  const custom = 'https://hooks.example.com';
  const prodDomain = { otherStages: () => Promise.resolve([{ name: 'prod', baseUrl: custom }]) };

  it('is refused by name in the plan, and apply changes nothing, not even the rest', async () => {
    const account = fakeAccount({ phoneNumbers: [numberState(1, { smsUrl: prodUrl }), numberState(2)] });
    const { parts, kept } = connectedEnvironment(configOf(2), account);
    const planned = await run(['twilio', 'plan'], parts);
    expect(planned.exitCode).toBe(1);
    expect(planned.data).toContain(
      `! ${phoneNumber(1)} (account main): not changed: ` +
        `smsUrl is a URL of stage prod (${prodUrl}); only --force takes it over`,
    );
    expect(planned.data).not.toContain(`~ phone number ${phoneNumber(1)}`);
    expect(planned.data).toContain(`~ phone number ${phoneNumber(2)}`);
    const asJson = json((await run(['twilio', 'plan', '--json'], parts)).data);
    expect(asJson['obstacles']).toMatchObject([{ name: phoneNumber(1), stage: 'prod' }]);
    const applied = await run(['twilio', 'apply', '--yes'], parts);
    expect(applied).toMatchObject({ exitCode: 1, data: '' });
    expect(applied.notes).toContain('--force');
    expect(account.writes).toEqual([]);
    expect(kept.size).toBe(0);
  });

  it('is taken over with --force', async () => {
    const account = fakeAccount({ phoneNumbers: [numberState(1, { smsUrl: prodUrl })] });
    const { parts } = connectedEnvironment(configOf(1), account);
    expect((await run(['twilio', 'apply', '--yes', '--force'], parts)).exitCode).toBe(0);
    expect(account.phoneNumbers[0]?.smsUrl).toBe(`${gatewayUrl}/messages${overrides}`);
  });

  it.each([
    [
      'a messaging service',
      { messagingServices: [serviceState({ statusCallback: `${custom}/status` })] },
      'statusCallback',
    ],
    [
      'a usage trigger',
      {
        messagingServices: [connectedService()],
        usageTriggers: [triggerState({ callbackUrl: `${custom}/usage` })],
      },
      'callbackUrl',
    ],
  ])('is refused at the custom domain of the other stage, %s too', async (_what, state, field) => {
    const account = fakeAccount(state);
    const config = configOf(0, { messagingServices: [serviceSid], usageTriggers: [trigger] });
    const { parts } = connectedEnvironment(config, account, prodDomain);
    const planned = await run(['twilio', 'plan'], parts);
    expect(planned.exitCode).toBe(1);
    expect(planned.data).toContain(`not changed: ${field} is a URL of stage prod`);
  });

  it('does not keep an undo from going back to it', async () => {
    const account = fakeAccount({ phoneNumbers: [numberState(1, { smsUrl: prodUrl })] });
    const { parts, kept } = connectedEnvironment(configOf(1), account);
    await run(['twilio', 'apply', '--yes', '--force'], parts);
    const inputs = { record: [...kept.values()][0] ?? '' };
    expect((await run(['twilio', 'undo', 'record', '--yes'], { ...parts, inputs })).exitCode).toBe(0);
    expect(account.phoneNumbers[0]?.smsUrl).toBe(prodUrl);
  });
});

describe('twilio undo', () => {
  it('goes back to what was there, for what was done and not changed since', async () => {
    const account = fakeAccount({
      phoneNumbers: [numberState(1), numberState(2)],
      messagingServices: [serviceState({ useInboundWebhookOnNumber: true })],
      usageTriggers: [triggerState({ friendlyName: 'gateway dev: calls 5 count daily', usageCategory: 'calls' })],
    });
    const before = structuredClone([account.phoneNumbers[0], account.messagingServices[0]]);
    const config = configOf(2, { messagingServices: [serviceSid], usageTriggers: [trigger] });
    const { parts, kept } = connectedEnvironment(config, account);
    expect((await run(['twilio', 'apply', '--yes'], parts)).exitCode).toBe(0);
    expect(account.writes).toHaveLength(5);
    await account.api.updatePhoneNumber(account.phoneNumbers[1]?.sid ?? '', {
      smsUrl: 'https://third.example.com/',
    });
    const inputs = { record: [...kept.values()][0] ?? '' };
    const result = await run(['twilio', 'undo', 'record', '--yes'], { ...parts, inputs });
    expect(result.exitCode).toBe(0);
    expect(result.notes).toContain(`Skipped ${phoneNumber(2)} (account main): it has been changed since`);
    expect([account.phoneNumbers[0], account.messagingServices[0]]).toEqual(before);
    expect(account.phoneNumbers[1]?.smsUrl).toBe('https://third.example.com/');
    expect(account.usageTriggers.map(({ usageCategory }) => usageCategory)).toEqual(['calls']);
  });

  it('rejects what apply did not write, and a record of another stage, and changes nothing', async () => {
    const account = fakeAccount({ phoneNumbers: [numberState(1)] });
    const { parts } = connectedEnvironment(configOf(1), account);
    const undo = async (record: string) =>
      (await run(['twilio', 'undo', 'f', '--yes'], { ...parts, inputs: { f: record } })).notes;
    expect(await undo('no JSON')).toMatch(/not a JSON object/);
    expect(await undo('{"version":2}')).toMatch(/version/);
    expect(await undo('{"version":1,"stage":"dev","changes":[]}')).toMatch(/no time/);
    const at = '"at":"2026-11-22T09:00:00.000Z"';
    expect(await undo(`{"version":1,"stage":"dev",${at},"changes":{}}`)).toMatch(/not a list/);
    expect(await undo(`{"version":1,"stage":"dev",${at},"changes":[{"kind":"constructor"}]}`)).toMatch(
      /change 1 is damaged: it has an unknown kind/,
    );
    expect(await undo(`{"version":1,"stage":"dev",${at},"changes":[null]}`)).toMatch(/not an object/);
    expect(await undo(`{"version":1,"stage":"prod",${at},"changes":[]}`)).toMatch(/another stage/);
    expect(account.writes).toEqual([]);
  });

  it.each<[string, (change: Record<string, unknown>) => void, RegExp]>([
    ['without a SID', (change) => delete change['sid'], /sid that is not PN and 32 hex digits/],
    ['with the SID of something else', (change) => (change['sid'] = serviceSid), /sid that is not PN/],
    ['without an account', (change) => delete change['account'], /no account or no name/],
    ['without a name', (change) => delete change['name'], /no account or no name/],
    ['without fields', (change) => delete change['fields'], /has no fields/],
    ['with an empty list of fields', (change) => (change['fields'] = []), /has no fields/],
    ['with a field of null', (change) => (change['fields'] = [null]), /not an object/],
    [
      'of a number with a trigger in place of its fields',
      (change) => Object.assign(change, { fields: undefined, trigger: {} }),
      /has no fields/,
    ],
    [
      'with a field that apply never sets',
      (change) => (change['fields'] = [{ field: 'voiceUrl', from: 'https://evil.example/', to: '' }]),
      /apply does not set/,
    ],
    [
      'with a field that has one value only',
      (change) => (change['fields'] = [{ field: 'smsUrl', to: `${gatewayUrl}/messages#${overrides}` }]),
      /both values of smsUrl/,
    ],
    [
      'that creates a trigger and lacks it',
      (change) => Object.assign(change, { kind: 'create-usage-trigger' }),
      /has no trigger/,
    ],
    [
      'that deletes a trigger and lacks a part of it',
      (change) =>
        Object.assign(change, {
          kind: 'delete-usage-trigger',
          sid: `UT${'1'.repeat(32)}`,
          trigger: { friendlyName: 'a trigger' },
        }),
      /has no trigger.usageCategory/,
    ],
  ])('rejects a record with a change %s, and changes nothing', async (_what, spoil, message) => {
    const account = fakeAccount({ phoneNumbers: [numberState(1)] });
    const { parts, kept } = connectedEnvironment(configOf(1), account);
    expect((await run(['twilio', 'apply', '--yes'], parts)).exitCode).toBe(0);
    const writes = account.writes.length;
    const record = JSON.parse([...kept.values()][0] ?? '') as { changes: Record<string, unknown>[] };
    for (const change of record.changes) spoil(change);
    const result = await run(['twilio', 'undo', 'f', '--yes'], {
      ...parts,
      inputs: { f: JSON.stringify(record) },
    });
    expect(result.exitCode).toBe(2);
    expect(result.notes).toMatch(message);
    expect(result.notes).not.toContain('+1555');
    expect(account.writes).toHaveLength(writes);
  });

  it('rejects a record of an account that the configuration lacks, and changes nothing', async () => {
    const account = fakeAccount({ phoneNumbers: [numberState(1)] });
    const { parts, kept } = connectedEnvironment(configOf(1), account);
    await run(['twilio', 'apply', '--yes'], parts);
    const writes = account.writes.length;
    const record = JSON.parse([...kept.values()][0] ?? '') as { changes: Record<string, unknown>[] };
    for (const change of record.changes) change['account'] = 'other';
    const inputs = { f: JSON.stringify(record) };
    const result = await run(['twilio', 'undo', 'f', '--yes'], { ...parts, inputs });
    expect(result.exitCode).toBe(1);
    expect(result.notes).toMatch(/names an account/);
    expect(account.writes).toHaveLength(writes);
  });

  it('sets what the fields of a change say, whatever its `set` holds', async () => {
    const account = fakeAccount({ phoneNumbers: [numberState(1)] });
    const { parts, kept } = connectedEnvironment(configOf(1), account);
    const before = { ...account.phoneNumbers[0] };
    await run(['twilio', 'apply', '--yes'], parts);
    const record = JSON.parse([...kept.values()][0] ?? '') as { changes: Record<string, unknown>[] };
    for (const change of record.changes) change['set'] = { smsUrl: 'c', x: 1 };
    const inputs = { f: JSON.stringify(record) };
    expect((await run(['twilio', 'undo', 'f', '--yes'], { ...parts, inputs })).exitCode).toBe(0);
    expect(account.phoneNumbers[0]).toEqual(before);
  });
});
