import { TwilioApiError } from '../../lambda/shared/twilio/twilio-api-error';
import type { TwilioAccountApi } from './api/account-api';
import type { Change } from './change';

/** The result of one change. `unknown`: Twilio did not answer, so it may have been made. */
export type ChangeOutcome =
  | { readonly change: Change; readonly state: 'done' | 'not-reached' }
  | { readonly change: Change; readonly state: 'failed' | 'unknown'; readonly reason: string };

const makeChange = (api: TwilioAccountApi, change: Change): Promise<void> => {
  switch (change.kind) {
    case 'update-phone-number':
      return api.updatePhoneNumber(change.sid, change.set);
    case 'update-messaging-service':
      return api.updateMessagingService(change.sid, change.set);
    case 'update-usage-trigger':
      return api.updateUsageTrigger(change.sid, change.set);
    case 'create-usage-trigger':
      return api.createUsageTrigger(change.trigger);
    case 'delete-usage-trigger':
      return api.deleteUsageTrigger(change.sid);
  }
};

/**
 * Makes the changes one by one and stops at the first failure, because the next ones would probably fail, too.
 * @param apiOf by the account's name
 * @param report called after each attempt
 */
export const applyChanges = async (
  changes: readonly Change[],
  apiOf: (account: string) => TwilioAccountApi,
  signal: AbortSignal,
  report: (outcome: ChangeOutcome) => void,
): Promise<readonly ChangeOutcome[]> => {
  const outcomes: ChangeOutcome[] = [];
  for (const change of changes) {
    if (signal.aborted || outcomes.some(({ state }) => state !== 'done')) {
      outcomes.push({ change, state: 'not-reached' });
      continue;
    }
    let outcome: ChangeOutcome;
    try {
      await makeChange(apiOf(change.account), change);
      outcome = { change, state: 'done' };
    } catch (error) {
      if (!(error instanceof TwilioApiError)) throw error;
      outcome = { change, state: error.isAmbiguous ? 'unknown' : 'failed', reason: error.message };
    }
    outcomes.push(outcome);
    report(outcome);
  }
  return outcomes;
};
