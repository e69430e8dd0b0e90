import { NoEffectError } from './errors';
import { endLiveCalls } from './live-calls';
import { tripNotice, type NoticeContext } from './notifications';
import type { AccountStatus } from '../shared/twilio/subaccounts';
import type { BreakerDecision, Notify, OpenRow, TwilioApi } from './ports';

/**
 * Suspends an account. A request without a usable answer may have succeeded, so the status is read before it counts as
 * failed.
 * @throws the error of the request if the account is still active
 */
const suspend = async (twilio: TwilioApi, accountSid: string): Promise<void> => {
  let status: AccountStatus;
  try {
    status = await twilio.suspend(accountSid);
  } catch (error) {
    let found: AccountStatus;
    try {
      found = await twilio.accountStatus(accountSid);
    } catch {
      throw error;
    }
    if (found === 'active') throw error;
    return;
  }
  if (status === 'active') throw new NoEffectError('Twilio accepted the suspension, and the account is active.');
};

/**
 * Stops a subaccount and notifies the operators, in steps that may each be repeated:
 *
 *     suspending   written before the request: a later attempt knows that the breaker may have suspended the account
 *     suspended    Twilio has confirmed it: if the account is active afterwards, an operator re-activated it
 *     tripped      the calls are ended and the operators notified
 */
export const trip = async (
  row: OpenRow,
  status: AccountStatus,
  context: NoticeContext & {
    readonly twilio: TwilioApi;
    readonly notify: Notify;
    readonly signal: AbortSignal;
  },
): Promise<BreakerDecision> => {
  const { twilio, notify, signal, targetSid } = context;
  if (row.decision === 'suspended' && status === 'active') {
    return { decision: 'rearmed', detail: 're-activated while the breaker was at work', targetSid };
  }
  if (status === 'active') {
    await row.advance('suspending', targetSid);
    await suspend(twilio, targetSid);
  }
  if (row.decision !== 'suspended') await row.advance('suspended', targetSid);
  const callsEnded = await endLiveCalls(twilio, targetSid, signal);
  await notify(tripNotice(context, callsEnded), signal);
  return { decision: 'tripped', targetSid, callsEnded };
};
