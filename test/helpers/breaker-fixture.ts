import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import type { TwilioAccount } from '../../local/accounts';
import type { TestGateway } from './test-gateway';
import type { TwilioAccountState } from './twilio-double/state';
import type { TwilioDouble } from './twilio-double';

type Gateway = Pick<TestGateway, 'gateway' | 'queued' | 'secretsManager' | 'sqs'>;

/** The breaker's resources of a stage. */
export const breakerOf = ({ gateway }: Pick<TestGateway, 'gateway'>) => {
  const { breaker } = gateway.state;
  if (breaker === undefined) throw new Error('the stage of this gateway has no breaker');
  return breaker;
};

/** Stores what `gateway breaker secret` stores: the parent's credentials, and the SID of `support`. */
export const putBreakerSecret = async (
  gateway: Gateway,
  parent: Pick<TwilioAccountState, 'sid' | 'authToken'>,
  support: string,
): Promise<void> => {
  await gateway.secretsManager.send(
    new PutSecretValueCommand({
      SecretId: breakerOf(gateway).secretId,
      SecretString: JSON.stringify({
        accountSid: parent.sid,
        authToken: parent.authToken,
        subaccounts: { support },
      }),
    }),
  );
};

export interface SpendingSubaccount {
  readonly account: TwilioAccountState;
  readonly callSids: readonly string[];
  /** Its current status at Twilio. */
  status(): string | undefined;
  callStatuses(): readonly unknown[];
}

/**
 * A subaccount that has spent 51 dollars, with two calls in progress.
 * @param given its SID and token @default made up
 */
export const addSpendingSubaccount = (
  twilio: TwilioDouble,
  ownerAccountSid: string,
  given?: TwilioAccount,
): SpendingSubaccount => {
  const account = twilio.addAccount({
    ownerAccountSid,
    ...(given === undefined ? {} : { sid: given.accountSid, authToken: given.authToken }),
  });
  twilio.setUsage(account.sid, 'totalprice', { price: 51 });
  const callSids = ['in-progress', 'ringing'].map((status) => twilio.addCall(account.sid, { status }).sid);
  return {
    account,
    callSids,
    status: () => twilio.state.accounts.get(account.sid)?.status,
    callStatuses: () => callSids.map((sid) => twilio.state.calls.get(sid)?.['status']),
  };
};

/** How many suspensions were requested, successful or not. */
export const suspensions = (twilio: TwilioDouble): number =>
  twilio.writes.filter(({ operationId, form }) => operationId === 'UpdateAccount' && form['Status'] === 'suspended')
    .length;
