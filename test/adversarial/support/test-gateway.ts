import { CreateSecretCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { developmentAccount, type TwilioAccount } from '../../../local/accounts';
import type { Assembly } from '../../../local/gateway';
import type { RouteName } from '../../../lambda/shared/contract/routes';
import { devAssembly } from '../../helpers/assembly';
import type { FaultProxy } from '../../helpers/fault-proxy';
import { startProxiedGateway } from '../../helpers/proxied-gateway';
import type { TestGateway } from '../../helpers/test-gateway';
import { accountSecretArn, secretArn } from '../../helpers/stack-facts';
import { fromNumber, toNumber } from '../../helpers/test-account';
import { newMessageSid, smsForm, type Form } from '../../helpers/webhooks';
import { createEdgeLog, type EdgeLog } from './edge-log';
import { createEffects, type Effects } from './effects';
import { marker } from './forms';
import { createSecrecy } from './secrecy';
import { createSender, type Sender } from './sender';

export interface EdgeOptions {
  /** Changes the stack before it is served. */
  readonly assembly?: (assembly: Assembly) => Assembly;
  /** Added to the functions' environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** @default made up */
  readonly account?: TwilioAccount;
  /** Other accounts that the stage is configured for. */
  readonly otherAccounts?: readonly TwilioAccount[];
}

/** The whole gateway, reached only at its edges: HTTP in front, and a fault proxy for each AWS service behind. */
export interface Edge extends Sender, Effects {
  readonly gateway: TestGateway;
  /** Made up for this gateway, so that a leaked token is recognized. */
  readonly account: TwilioAccount;
  readonly sqs: FaultProxy;
  readonly dynamodb: FaultProxy;
  readonly secretsManager: FaultProxy;
  readonly log: EdgeLog;
  /** A URL as it is configured at Twilio, which signs it. */
  publicUrl(route: RouteName, query?: string): string;
  /** A genuine incoming message of this account, with a new SID and text. */
  sms(changes?: Form): Form;
  /** Puts a text, or an account, into the account's secret, with the given version stages. */
  putSecret(content: string | TwilioAccount, stages?: readonly string[]): Promise<void>;
  /** No log line may hold one of these texts. */
  watch(...texts: readonly string[]): void;
  /** Starts a case: ends all faults, and resets the log and the effects. */
  begin(): Promise<void>;
  expectNothingSecretLogged(): void;
  close(): Promise<void>;
}

/** `https`, as in the cloud: some cases are about scheme and port. */
const publicOrigin = 'https://gateway.example.com';

export const newAccount = developmentAccount;

const otherSecretName = (index: number): string => `other-account-${index}`;

export const startEdge = async ({
  assembly,
  environment = {},
  account = newAccount(),
  otherAccounts = [],
}: EdgeOptions = {}): Promise<Edge> => {
  const served = (assembly ?? ((same) => same))(devAssembly());
  const secrecy = createSecrecy();
  // Without the plus sign, which encodings change.
  secrecy.watch(account.authToken, fromNumber.slice(1), toNumber.slice(1));

  const {
    gateway: started,
    proxies: { sqs, dynamodb, secretsmanager: secretsManager },
    ...proxied
  } = await startProxiedGateway({
    assembly: served,
    account,
    publicOrigin,
    functionEnvironment: {
      ACCOUNT_SECRET_ARNS: [
        accountSecretArn(served),
        ...otherAccounts.map((_other, index) => secretArn(otherSecretName(index))),
      ].join(),
      ...environment,
    },
  });
  for (const [index, other] of otherAccounts.entries()) {
    secrecy.watch(other.authToken);
    await started.secretsManager.send(
      new CreateSecretCommand({ Name: otherSecretName(index), SecretString: JSON.stringify(other) }),
    );
  }
  const proxies = { sqs, dynamodb, secretsManager };

  const log = createEdgeLog(started);
  const effects = createEffects(started, proxies.sqs);
  const publicBaseUrl = started.gateway.state.publicUrl ?? '';
  const publicUrl: Edge['publicUrl'] = (route, query = '') =>
    `${publicBaseUrl}/${route}${query === '' ? '' : `?${query}`}`;
  const sms: Edge['sms'] = (changes = {}) => {
    const form = smsForm({
      AccountSid: account.accountSid,
      MessageSid: newMessageSid(),
      Body: marker('body'),
      ...changes,
    });
    secrecy.watch(...[form['Body'] ?? []].flat());
    return form;
  };

  return {
    gateway: started,
    account,
    ...proxies,
    log,
    publicUrl,
    sms,
    watch: secrecy.watch,
    ...effects,
    ...createSender({ gateway: started, authToken: account.authToken, publicUrl, sms, secrecy }),
    putSecret: async (content, stages) => {
      if (typeof content !== 'string') secrecy.watch(content.authToken);
      await started.secretsManager.send(
        new PutSecretValueCommand({
          SecretId: started.gateway.state.secretIds[0],
          SecretString: typeof content === 'string' ? content : JSON.stringify(content),
          ...(stages === undefined ? {} : { VersionStages: [...stages] }),
        }),
      );
    },
    begin: async () => {
      await log.begin();
      for (const proxy of Object.values(proxies)) proxy.reset();
      await effects.forget();
    },
    expectNothingSecretLogged: () => secrecy.expectNothingIn(log.text()),
    close: () => proxied.close(),
  };
};
