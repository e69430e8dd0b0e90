import type { MessagingServiceState, PhoneNumberState, TwilioAccountApi, UsageTriggerState } from './api/account-api';

/** An account's numbers, services and triggers, as Twilio has them. */
export interface AccountState {
  readonly phoneNumbers: readonly PhoneNumberState[];
  readonly messagingServices: readonly MessagingServiceState[];
  readonly usageTriggers: readonly UsageTriggerState[];
}

export const readAccountState = async (api: TwilioAccountApi): Promise<AccountState> => {
  const [phoneNumbers, messagingServices, usageTriggers] = await Promise.all([
    api.phoneNumbers(),
    api.messagingServices(),
    api.usageTriggers(),
  ]);
  return { phoneNumbers, messagingServices, usageTriggers };
};
