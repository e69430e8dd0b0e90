import { setTimeout as sleep } from 'node:timers/promises';
import { GetSecretValueCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { createColors } from 'picocolors';
import { createAwsBackend } from '../../cli/clients/aws-backend';
import { localTarget } from '../../cli/target/local-target';
import { runCli } from '../../cli/main';
import { createPost } from '../../cli/clients/post';
import type { BasicCredential } from '../../lambda/shared/credentials/basic-auth-secret';
import { basicAuthSecretOutput } from '../../lambda/shared/contract/stack-outputs';
import { localAccountId, localRegion } from '../../local/server/aws-identity';
import { arnOfSecret } from '../../local/secrets-manager/secret';
import { startStageGateway, type StageGateway } from '../helpers/stage-assembly';
import { otherAccount, testAccount } from '../helpers/test-account';
import {
  encodeForm,
  formHeaders,
  newMessageSid,
  sendRaw,
  smsForm,
  twilioSignature,
  type RawResponse,
} from '../helpers/webhooks';

const pair: BasicCredential = { username: 'twilio', password: 'a: pässword' };
const nextPair: BasicCredential = { username: 'twilio', password: 'the next one' };
const basic = ({ username, password }: BasicCredential): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

const putSecret = async (gateway: StageGateway, ...credentials: readonly BasicCredential[]): Promise<void> => {
  // The output of this stage is the secret's `Ref`.
  const { Ref } = gateway.template.Outputs?.[basicAuthSecretOutput]?.Value as { readonly Ref: string };
  await gateway.secretsManager.send(
    new PutSecretValueCommand({
      SecretId: arnOfSecret(localRegion, localAccountId, Ref),
      SecretString: JSON.stringify({ credentials }),
    }),
  );
};

/** The signed URL and the token, if they are not the genuine ones. */
interface Signing {
  readonly url?: string;
  readonly authToken?: string;
}

const postTo = (
  gateway: StageGateway,
  sid: string,
  authorization?: string,
  sign: Signing = {},
): Promise<RawResponse> => {
  const url = gateway.webhooks.messages;
  const form = smsForm({ MessageSid: sid });
  return sendRaw(url, {
    headers: [
      ...formHeaders(twilioSignature(sign.url ?? url, form, sign.authToken)),
      ...(authorization === undefined ? [] : [['Authorization', authorization] as const]),
    ],
    body: encodeForm(form),
  });
};

/** The command line in this process, with real clients for a running gateway. */
const gatewayCommand = async (gateway: StageGateway, ...args: readonly string[]) => {
  const { signal } = new AbortController();
  const words: string[] = [];
  const unused = () => Promise.reject(new Error('not used'));
  const exitCode = await runCli(args, {
    output: { data: (text) => words.push(text), note: (text) => words.push(text) },
    paint: createColors(false),
    signal,
    confirm: undefined,
    readHidden: unused,
    readInput: unused,
    workingDirectory: () => '/',
    stageNames: () => Promise.resolve([]),
    runDev: () => Promise.reject(new Error('this is not dev')),
    openBackend: async () =>
      createAwsBackend(
        await localTarget({
          localState: () => Promise.resolve(JSON.stringify({ ...gateway.gateway.state, pid: process.pid })),
          isAlive: () => true,
        }),
        signal,
      ),
    post: createPost(signal),
    twilio: { config: unused, variable: () => undefined, open: unused, writePrivateFile: unused },
    now: () => new Date(),
    sleep: (milliseconds) => sleep(milliseconds),
  });
  return { exitCode, text: words.join('\n') };
};

describe('a gateway with Basic authentication', () => {
  let gateway: StageGateway;
  beforeAll(async () => {
    gateway = await startStageGateway({ basicAuth: { realm: 'webhooks' } });
    await putSecret(gateway, pair, nextPair);
  });
  afterAll(() => gateway.close());

  const post = (sid: string, authorization?: string, sign?: Signing) => postTo(gateway, sid, authorization, sign);
  const stored = async (sid: string): Promise<number> => {
    await gateway.settled();
    return (await gateway.itemsOf(`${testAccount.accountSid}#MESSAGE#${sid}`)).length;
  };

  test('ING-B-NONE: rejects the first request with a challenge, and stores the second, which answers it', async () => {
    const sid = newMessageSid();
    const first = await post(sid);
    expect(first.status).toBe(401);
    expect(first.headers['www-authenticate']).toBe('Basic realm="webhooks", charset="UTF-8"');
    expect(await stored(sid)).toBe(0);
    const second = await post(sid, basic(pair));
    expect(second.status).toBe(200);
    expect(await stored(sid)).toBe(1);
    const line = await gateway.logged(({ reason }) => reason === 'basic_challenge');
    expect(line).toMatchObject({ level: 'INFO', status: 401 });
  });

  test('ING-B-WRONG: rejects a wrong password, and counts it', async () => {
    const sid = newMessageSid();
    expect((await post(sid, basic({ ...pair, password: 'wrong' }))).status).toBe(401);
    expect(await stored(sid)).toBe(0);
    const line = await gateway.logged(({ reason }) => reason === 'basic_failed');
    expect(line).toMatchObject({ level: 'WARN', status: 401 });
    expect(await gateway.logged((metric) => metric['BasicRejected'] === 1)).toMatchObject({ Stage: 'dev' });
  });

  test.each(['Basic', 'Basic %%%', 'Bearer x', 'Basic a, Basic b', `Basic ${'QQ'.repeat(4_000)}`])(
    'ING-B-MALF: rejects a malformed header by a challenge: %#',
    async (header) => {
      const sid = newMessageSid();
      const response = await post(sid, header);
      expect(response.status).toBe(401);
      expect(response.headers['www-authenticate']).toMatch(/^Basic realm=/);
      expect(await stored(sid)).toBe(0);
    },
  );

  test('rejects the right password with a bad signature by 403', async () => {
    const sid = newMessageSid();
    expect((await post(sid, basic(pair), { authToken: otherAccount.authToken })).status).toBe(403);
    expect(await stored(sid)).toBe(0);
  });

  test('ING-B-URLSIG: accepts a signature of the URL without user information, and rejects one with it', async () => {
    const sid = newMessageSid();
    const withUser = gateway.webhooks.messages.replace('http://', 'http://twilio:secret@');
    expect((await post(sid, basic(pair), { url: withUser })).status).toBe(403);
    expect(await stored(sid)).toBe(0);
    expect((await post(sid, basic(pair))).status).toBe(200);
    expect(await stored(sid)).toBe(1);
  });

  test.each([pair, nextPair])('accepts either of two pairs during a change: %#', async (credentials) => {
    const sid = newMessageSid();
    expect((await post(sid, basic(credentials))).status).toBe(200);
    expect(await stored(sid)).toBe(1);
  });

  test('logs no password, no user name and no header', () => {
    const secrets = [pair, nextPair].flatMap((credentials) => [credentials.password, basic(credentials)]);
    for (const secret of [...secrets, 'd3Jvbmc']) expect(gateway.logText()).not.toContain(secret);
  });
});

test('rejects with 500 while the secret is the placeholder, and logs what to do', async () => {
  const gateway = await startStageGateway({ basicAuth: true });
  try {
    expect((await postTo(gateway, newMessageSid(), basic(pair))).status).toBe(500);
    const line = await gateway.logged(({ reason }) => reason === 'basic_secret_unusable');
    expect(line).toMatchObject({ level: 'ERROR', status: 500 });
    expect(line['detail']).toContain('npx twilio-webhook-gateway secret basic set');
    expect(await gateway.items()).toEqual([]);

    const set = await gatewayCommand(gateway, 'secret', 'basic', 'set', '--username', 'twilio', '--generate');
    expect(set).toMatchObject({ exitCode: 0 });
    expect(set.text).toContain('Stored and proven');
    const { SecretString = '' } = await gateway.secretsManager.send(
      new GetSecretValueCommand({ SecretId: gateway.gateway.state.basicAuthSecretId ?? '' }),
    );
    const [made = pair] = (JSON.parse(SecretString) as { credentials: BasicCredential[] }).credentials;
    expect((await postTo(gateway, newMessageSid(), basic(made))).status).toBe(200);
    expect(set.text + gateway.logText()).not.toContain(made.password);
    await gateway.settled();
    // A stage without the option stores no canary.
    const keys = (await gateway.items()).map(({ pk }) => String(pk?.S).split('#')[1]);
    expect(keys.sort()).toEqual(['MESSAGE']);

    // `gateway send` answers the challenge, as Twilio does.
    const sent = await gatewayCommand(gateway, 'send', 'sms');
    expect(sent).toMatchObject({ exitCode: 0 });
    expect(sent.text).not.toContain(made.password);
    expect(await gatewayCommand(gateway, 'send', 'sms', '--tamper')).toMatchObject({ exitCode: 0 });
  } finally {
    await gateway.close();
  }
});

test('ING-B-URLSIG: a public URL configured with user information is verified without it', async () => {
  const gateway = await startStageGateway(
    {},
    { functionEnvironment: { PUBLIC_BASE_URL: 'https://twilio:secret@hooks.example.com/dev' } },
  );
  try {
    const form = smsForm();
    const send = (signed: string) =>
      sendRaw(gateway.webhooks.messages, {
        headers: formHeaders(twilioSignature(signed, form)),
        body: encodeForm(form),
      });
    expect((await send('https://hooks.example.com/dev/messages')).status).toBe(200);
    expect((await send('https://twilio:secret@hooks.example.com/dev/messages')).status).toBe(403);
  } finally {
    await gateway.close();
  }
});
