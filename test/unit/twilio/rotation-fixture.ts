import { CreateSecretCommand, GetSecretValueCommand, SecretsManager } from '@aws-sdk/client-secrets-manager';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks';
import type { SecretStore } from '../../../cli/clients/ports';
import type { VersionStage } from '../../../cli/clients/ports';
import type { PostAnswer, PostRequest } from '../../../cli/clients/post';
import { createSecretsManagerStore } from '../../../cli/clients/secrets-manager-store';
import type { OpenTwilioAccount, TwilioAccountApi } from '../../../cli/twilio/api/account-api';
import { openTwilioAccount } from '../../../cli/twilio/api/twilio-account-api';
import { createAwsJsonServer } from '../../../local/server/aws-json';
import { createSecretsManager } from '../../../local/secrets-manager/secrets-manager';
import type { TwilioDouble } from '../../helpers/twilio-double';
import type { TwilioAccountState } from '../../helpers/twilio-double/state';
import { run, type CliResult } from '../cli/fake-environment';

/** Of a busy machine; the first request of a kind is slow, for its description is compiled. */
const patienceMs = 15_000;
/** A short wait for an answer, so that a hang is over soon. */
export const impatienceMs = 400;
const now = new Date('2026-03-04T05:06:07.008Z');

/** The process is gone: from here on nothing it does has an effect. */
class Killed extends Error {
  override readonly name = 'Killed';
}
export type Death = { readonly at: number; readonly when: 'before' | 'after' };

/** Counts the changes and dies at one of them. */
const mortal = (death: Death | undefined) => {
  let changes = 0;
  let isDead = false;
  const die = (): never => {
    isDead = true;
    throw new Killed('killed');
  };
  return {
    changes: () => changes,
    read: async <T>(work: () => Promise<T>): Promise<T> => {
      if (isDead) return die();
      return work();
    },
    change: async <T>(work: () => Promise<T>): Promise<T> => {
      if (isDead) return die();
      changes += 1;
      if (death?.at === changes && death.when === 'before') return die();
      const result = await work();
      if (death?.at === changes) return die();
      return result;
    },
  };
};

/** One account at the double, its secret in the local Secrets Manager, and a gateway that always knows what is stored. */
export const createRotationFixture = async (double: TwilioDouble) => {
  const service = await createSecretsManager({
    region: 'us-east-1',
    accountId: '000000000000',
    now: () => now.getTime(),
  });
  const server = await createAwsJsonServer(service.handler).start();
  const client = new SecretsManager({
    region: 'us-east-1',
    endpoint: server.endpoint,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  let secretId = '';
  let account: TwilioAccountState;

  const tokenAt = async (stage: VersionStage): Promise<string | undefined> => {
    try {
      const { SecretString = '' } = await client.send(
        new GetSecretValueCommand({ SecretId: secretId, VersionStage: stage }),
      );
      return (JSON.parse(SecretString) as { readonly authToken?: string }).authToken;
    } catch {
      return undefined;
    }
  };
  const tokens = async () => ({
    current: await tokenAt('AWSCURRENT'),
    pending: await tokenAt('AWSPENDING'),
    previous: await tokenAt('AWSPREVIOUS'),
  });
  /** The answer of an ingress that has read every secret again. */
  const post = async ({ headers, body }: PostRequest): Promise<PostAnswer> => {
    const params = Object.fromEntries(new URLSearchParams(body.toString()));
    const url = 'https://public.example/dev/events';
    const signs = (token: string | undefined) =>
      token !== undefined && getExpectedTwilioSignature(token, url, params) === headers['x-twilio-signature'];
    const status = Object.values(await tokens()).some(signs) ? 204 : 403;
    return { kind: 'answer', status, contentType: '', body: '', durationMs: 1 };
  };

  const begin = async (): Promise<void> => {
    account = double.addAccount();
    secretId = `AccountSecretsmain${account.sid}`;
    await client.send(
      new CreateSecretCommand({
        Name: secretId,
        SecretString: JSON.stringify({ accountSid: account.sid, authToken: account.authToken }),
      }),
    );
  };

  return {
    begin,
    account: () => account,
    tokens,
    client,
    secretId: () => secretId,
    /** What holds at every moment: a webhook that Twilio signs now is accepted. */
    isSafe: async () => Object.values(await tokens()).includes(account.authToken),
    run: async (
      args: readonly string[],
      options: {
        readonly death?: Death;
        readonly post?: (request: PostRequest) => Promise<PostAnswer>;
        readonly confirm?: (question: string) => Promise<boolean>;
        readonly sleep?: (milliseconds: number) => Promise<void>;
        /** For one answer of Twilio's. */
        readonly timeoutMs?: number;
        readonly signal?: AbortSignal;
      } = {},
    ): Promise<CliResult & { readonly changes: number }> => {
      const life = mortal(options.death);
      const store = createSecretsManagerStore(client, new AbortController().signal);
      const mortalStore: SecretStore = {
        describe: (id) => life.read(() => store.describe(id)),
        read: (id, stage) => life.read(() => store.read(id, stage)),
        put: (id, text) => life.change(() => store.put(id, text)),
        putPending: (id, text) => life.change(() => store.putPending(id, text)),
        moveCurrent: (id, from, to) => life.change(() => store.moveCurrent(id, from, to)),
        removePending: (id, version) => life.change(() => store.removePending(id, version)),
      };
      const open: OpenTwilioAccount = async (credentials) => {
        const api = await openTwilioAccount(credentials, double.url, options.timeoutMs ?? patienceMs);
        const mortalApi: TwilioAccountApi = {
          ...api,
          account: () => life.read(() => api.account()),
          createSecondaryAuthToken: () => life.change(() => api.createSecondaryAuthToken()),
          deleteSecondaryAuthToken: () => life.change(() => api.deleteSecondaryAuthToken()),
          promoteSecondaryAuthToken: () => life.change(() => api.promoteSecondaryAuthToken()),
        };
        return mortalApi;
      };
      const result = await run(['secret', 'rotate', ...args], {
        target: { secretIds: [secretId], stage: 'dev', name: 'stage dev' },
        secrets: mortalStore,
        twilio: { open },
        post: options.post ?? post,
        now,
        ...(options.signal === undefined ? {} : { signal: options.signal }),
        ...(options.sleep === undefined ? {} : { sleep: options.sleep }),
        ...(options.confirm === undefined ? {} : { confirm: options.confirm }),
      });
      return { ...result, changes: life.changes() };
    },
    close: async () => {
      client.destroy();
      await server.close();
      await service.close();
    },
  };
};

export type RotationFixture = Awaited<ReturnType<typeof createRotationFixture>>;
