import { parseAccountSecret, type AccountSecret } from '../../../lambda/shared/credentials/account-secret';
import { previousTokenMs } from '../../../lambda/shared/credentials/secret-timing';
import type { SecretStore } from '../../clients/ports';
import type { VersionStage } from '../../clients/ports';
import { CliError } from '../../terminal/cli-error';
import { TwilioApiError } from '../../../lambda/shared/twilio/twilio-api-error';
import type { OpenTwilioAccount, TwilioAccountApi } from '../../twilio/api/account-api';
import type { RotationState, TokenRole } from './next-step';
import { secretSetCommand } from '../../target/select-secret';

/** The state, and what the steps need: tokens, version ids and the Twilio API. */
export interface RotationSnapshot {
  readonly state: RotationState;
  readonly current: AccountSecret;
  readonly currentVersionId: string;
  readonly pending: AccountSecret | undefined;
  readonly pendingVersionId: string | undefined;
  /** Until when the gateway accepts AWSPREVIOUS; undefined if it does not. */
  readonly previousUntil: Date | undefined;
  /** Authenticated with the token in AWSCURRENT, or after the promotion with the one in AWSPENDING. */
  readonly api: TwilioAccountApi;
}

export interface RotationSource {
  readonly secretId: string;
  readonly store: SecretStore;
  readonly open: OpenTwilioAccount;
  readonly now: () => Date;
  /** ` --stage dev`, or nothing. */
  readonly stageOption: string;
}

const roleOf = async (api: TwilioAccountApi, authToken: string): Promise<TokenRole> => {
  try {
    const { primaryAuthToken } = await api.account();
    if (primaryAuthToken === undefined) return 'accepted';
    return primaryAuthToken === authToken ? 'primary' : 'secondary';
  } catch (error) {
    if (error instanceof TwilioApiError && error.status === 401) return 'refused';
    throw error;
  }
};

/** @throws CliError if AWSCURRENT holds no token; TwilioApiError if Twilio does not answer */
export const readSnapshot = async ({
  secretId,
  store,
  open,
  now,
  stageOption,
}: RotationSource): Promise<RotationSnapshot> => {
  const description = await store.describe(secretId);
  const ids = description?.versionIds ?? {};
  const tokenOf = async (stage: VersionStage): Promise<AccountSecret | undefined> => {
    if (ids[stage] === undefined) return undefined;
    const found = await store.read(secretId, stage);
    const parsed = found.kind === 'text' ? parseAccountSecret(found.text) : undefined;
    return parsed?.kind === 'ok' ? parsed.secret : undefined;
  };
  const current = await tokenOf('AWSCURRENT');
  const currentVersionId = ids.AWSCURRENT;
  if (current === undefined || currentVersionId === undefined) {
    throw new CliError(`The secret holds no Auth Token to rotate. Next: ${secretSetCommand(secretId, stageOption)}`);
  }
  const openWith = ({ accountSid, authToken }: AccountSecret) =>
    open({ accountSid, username: accountSid, password: authToken });
  const connect = async (secret: AccountSecret): Promise<[TwilioAccountApi, TokenRole]> => {
    const api = await openWith(secret);
    return [api, await roleOf(api, secret.authToken)];
  };
  const ofThisAccount = (secret: AccountSecret | undefined) =>
    secret?.accountSid === current.accountSid ? secret : undefined;

  const isPendingLabelLeft = ids.AWSPENDING === currentVersionId;
  const pendingVersionId = isPendingLabelLeft ? undefined : ids.AWSPENDING;
  const pending = pendingVersionId === undefined ? undefined : ofThisAccount(await tokenOf('AWSPENDING'));
  const [currentApi, currentRole] = await connect(current);
  const [pendingApi, pendingRole] = pending === undefined ? [currentApi, undefined] : await connect(pending);

  const previous = ofThisAccount(await tokenOf('AWSPREVIOUS'));
  const until = new Date(Date.parse(description?.changedAt ?? '') + previousTokenMs);
  const previousUntil = previous !== undefined && now() < until ? until : undefined;
  // Only if it matters: it is one more request with a token that Twilio refuses.
  const isJustRotated =
    pendingVersionId === undefined &&
    previous !== undefined &&
    previousUntil !== undefined &&
    (await connect(previous))[1] === 'refused';
  return {
    state: {
      current: currentRole,
      pending: pendingRole ?? (pendingVersionId === undefined ? 'none' : 'unusable'),
      isPendingLabelLeft,
      isJustRotated,
    },
    current,
    currentVersionId,
    pending,
    pendingVersionId,
    previousUntil,
    api: currentRole === 'refused' ? pendingApi : currentApi,
  };
};
