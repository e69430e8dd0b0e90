import { setTimeout as sleep } from 'node:timers/promises';
import { encodeForm, formHeaders, sendRaw, twilioSignature } from '../../helpers/webhooks';
import type { Delivery, Listed } from './history';
import type { MissedPlan, MissedRequest } from './plan';
import { laneForm } from './traffic';

/** Deliveries to one URL. */
const tries = 2;
const pauseMs = 50;
/** Until a request is repeated that Twilio has not answered because of its limit. */
const limitedMs = 300;

export interface TwilioUrls {
  readonly webhooks: Readonly<Record<MissedRequest['route'], string>>;
  readonly fallback: string;
  /** Of the stand-in. */
  readonly api: string;
}

/** Twilio as the gateway sees it: signs, delivers again, goes on to the fallback URL, and keeps lists. */
export interface Twilio {
  readonly deliveries: readonly Delivery[];
  readonly signatures: ReadonlySet<string>;
  /** By the ways of the request. */
  deliver(request: MissedRequest): Promise<void>;
  /** By the public URL. */
  deliverLate(request: MissedRequest): Promise<void>;
  /** The whole list of messages. */
  list(): Promise<readonly Listed[]>;
}

export const createTwilio = (plan: MissedPlan, urls: TwilioUrls, inOutage: () => boolean): Twilio => {
  const { accountSid, authToken } = plan.account;
  const deliveries: Delivery[] = [];
  const signatures = new Set<string>();

  const post = async (url: string, signature: string | undefined, body: string): Promise<number | undefined> => {
    if (signature !== undefined) signatures.add(signature);
    const answer = await sendRaw(url, { headers: formHeaders(signature), body }).catch(() => undefined);
    return answer?.status;
  };
  const deliverTo = async (request: MissedRequest, to: Delivery['to']): Promise<boolean> => {
    for (let sent = 1; ; sent += 1) {
      const wasInOutage = inOutage();
      const { url, signature, body } = to === 'lane' ? toLane(request) : toPublic(request);
      const status = await post(url, signature, body);
      deliveries.push({ request: request.id, to, status, inOutage: to === 'public' && wasInOutage && inOutage() });
      if (status !== undefined && status < 500) return true;
      if (sent === tries) return false;
      await sleep(pauseMs);
    }
  };
  const signatureOf = ({ signer }: MissedRequest, url: string, form: Readonly<Record<string, string>>) => {
    if (signer === 'nobody') return undefined;
    if (signer === 'garbage') return `${'x'.repeat(27)}=`;
    return twilioSignature(url, form, signer === 'stranger' ? plan.strangerToken : authToken);
  };
  const toPublic = (request: MissedRequest) => {
    const { query, form } = request.signed;
    const url = `${urls.webhooks[request.route]}${query === '' ? '' : `?${query}`}`;
    return { url, signature: signatureOf(request, url, form), body: request.sent.body };
  };
  const toLane = (request: MissedRequest) => {
    const url = urls.fallback;
    if (request.forgery !== undefined) {
      const signedUrl = request.way === 'lane, other URL' ? urls.webhooks.messages : url;
      return { url, signature: signatureOf(request, signedUrl, request.signed.form), body: request.sent.body };
    }
    const form = laneForm(request.signed.form, urls.webhooks.messages);
    return { url, signature: signatureOf(request, url, form), body: encodeForm(form) };
  };
  const page = async (path: string): Promise<{ messages: readonly Listed[]; next_page_uri: string | null }> => {
    const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
    const answer = await fetch(`${urls.api}/api.twilio.com${path}`, { headers: { authorization } });
    if (answer.status === 429) {
      await sleep(limitedMs);
      return page(path);
    }
    // The stand-in's answers are held to Twilio's description elsewhere.
    return (await answer.json()) as { messages: readonly Listed[]; next_page_uri: string | null };
  };

  return {
    deliveries,
    signatures,
    deliver: async (request) => {
      const { way } = request;
      const isPublic = way === 'public' || way === 'public, then lane';
      if (isPublic && ((await deliverTo(request, 'public')) || way === 'public')) return;
      await deliverTo(request, 'lane');
    },
    deliverLate: async (request) => {
      await deliverTo(request, 'public');
    },
    list: async () => {
      const listed: Listed[] = [];
      let path: string | null = `/2010-04-01/Accounts/${accountSid}/Messages.json?PageSize=1000`;
      while (path !== null) {
        const answered = await page(path);
        listed.push(...answered.messages);
        path = answered.next_page_uri;
      }
      return listed;
    },
  };
};
