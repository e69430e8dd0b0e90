import type { MessagingServiceFields, PhoneNumberFields, UsageTriggerFields } from './api/account-api';

/** A field with its value at Twilio and the value it should have. */
export interface FieldChange {
  readonly field: string;
  readonly from: string | boolean;
  readonly to: string | boolean;
}

/** Which resource, for messages. */
export interface ResourceLabel {
  /** The account's name in the configuration. */
  readonly account: string;
  /** The phone number, the trigger's name or the SID. */
  readonly name: string;
}

/** One request to Twilio. */
export type Change = ResourceLabel &
  (
    | {
        readonly kind: 'update-phone-number';
        readonly sid: string;
        readonly fields: readonly FieldChange[];
        readonly set: Partial<PhoneNumberFields>;
      }
    | {
        readonly kind: 'update-messaging-service';
        readonly sid: string;
        readonly fields: readonly FieldChange[];
        readonly set: Partial<MessagingServiceFields>;
      }
    | {
        readonly kind: 'update-usage-trigger';
        readonly sid: string;
        readonly fields: readonly FieldChange[];
        readonly set: Partial<Pick<UsageTriggerFields, 'callbackUrl' | 'callbackMethod'>>;
      }
    | { readonly kind: 'create-usage-trigger'; readonly trigger: UsageTriggerFields }
    | { readonly kind: 'delete-usage-trigger'; readonly sid: string; readonly trigger: UsageTriggerFields }
  );
