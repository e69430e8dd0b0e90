import { single, type Params } from '../shared/payload/form';
import { optOutStates, type IncomingMessage, type OptOut, type StatusCallback, type StoredWebhook } from './ports';

/** "Attempt to send to unsubscribed recipient": https://www.twilio.com/docs/api/errors/21610 */
const unsubscribedCode = '21610';

const messagingServiceSid = /^MG[0-9a-fA-F]{32}$/;

/**
 * A backfill reports none: the list does not say when the person opted out, so an opt-in could be undone that came
 * later.
 * @returns undefined if the webhook reports no opt-out, or lacks an address
 */
export const optOutOf = (webhook: StoredWebhook): OptOut | undefined => {
  if (webhook.via === 'backfill') return undefined;
  switch (webhook.kind) {
    case 'message': {
      // HELP changes nothing.
      const state = optOutStates.find((known) => known === webhook.attributes.optOutType);
      return state === undefined
        ? undefined
        : optOut(webhook, { own: webhook.to, person: webhook.from, state, source: 'OptOutType' });
    }
    case 'status':
      return webhook.errorCode === unsubscribedCode
        ? optOut(webhook, { own: webhook.from, person: webhook.to, state: 'STOP', source: unsubscribedCode })
        : undefined;
    case 'usage':
    case 'event':
    case 'unrecognized':
      return undefined;
  }
};

const optOut = (
  { accountSid, requestId, receivedAt, messageSid, from, to, params }: IncomingMessage | StatusCallback,
  said: Pick<OptOut, 'own' | 'person' | 'state' | 'source'>,
): OptOut | undefined => {
  // Written by `parseWebhook`. A person opts out of a whole messaging service, whichever of its numbers is used.
  const serviceSid = single(JSON.parse(params) as Params, 'MessagingServiceSid') ?? '';
  const own = messagingServiceSid.test(serviceSid) ? serviceSid : said.own;
  if (own === '' || said.person === '') return undefined;
  return { accountSid, requestId, changedAt: receivedAt, messageSid, from, to, ...said, own };
};
