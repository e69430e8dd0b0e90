import type { Params } from '../payload/form';

/*
 * A canary is a webhook that the gateway sends to itself: a form on the route of events, signed like one from Twilio.
 * It proves that webhooks arrive and are stored. No list has its item, and no handler gets it.
 */

/** Twilio has no event of this type. */
export const canaryType = 'gateway.canary';
/** The parameter with the canary's own id. */
export const canaryIdParam = 'CanaryId';
/** The id becomes a part of a key. */
export const isCanaryId = (value: string | undefined): value is string =>
  value !== undefined && /^[\w-]{1,64}$/.test(value);

/** The `User-Agent` of a canary's request. */
export const canaryUserAgent = 'gateway-canary';

/** The parameters of a canary. */
export const canaryParams = (accountSid: string, canaryId: string): Params =>
  Object.assign(Object.create(null) as Record<string, string>, {
    AccountSid: accountSid,
    EventType: canaryType,
    [canaryIdParam]: canaryId,
  });

/** The type of the event that the topic gets for a stored canary. Every handler's filter leaves it out. */
export const canaryEventType = 'twilio.webhook.canary';

/** How long a canary's item is kept if nobody removes it. */
export const canaryRetentionDays = 1;
