import { encodeForm } from '../../helpers/webhooks';
import { forge } from '../history/forgeries';
import type { PlannedRequest } from '../history/plan';
import type { Random } from '../history/random';
import { message, statusCallbacks } from '../history/traffic';
import type { MissedRequest } from './plan';

/** Twilio adds these to what it sends to a fallback URL. */
export const laneForm = (
  form: Readonly<Record<string, string>>,
  publicUrl: string,
): Readonly<Record<string, string>> => ({ ...form, ErrorCode: '11200', ErrorUrl: publicUrl });

/** A message, in some cases with a picture. In half of the cases its number has a fallback URL. */
export const incoming = (random: Random, id: string, accountSid: string): MissedRequest => {
  const text = message(random, id, accountSid);
  const request = random.chance(0.2) ? withMedia(random, text) : text;
  return { ...request, way: random.chance(0.5) ? 'public, then lane' : 'public' };
};

const withMedia = (random: Random, request: PlannedRequest): PlannedRequest => {
  const { AccountSid = '', MessageSid = '', ...others } = request.signed.form;
  const media = `/2010-04-01/Accounts/${AccountSid}/Messages/${MessageSid}/Media/ME${random.hex(32)}`;
  const form = {
    ...{ ...others, AccountSid, MessageSid, NumMedia: '1' },
    ...{ MediaUrl0: `https://api.twilio.com${media}`, MediaContentType0: 'image/png' },
  };
  return withForm(request, form);
};

const withForm = (request: PlannedRequest, form: Readonly<Record<string, string>>): PlannedRequest => ({
  ...request,
  signed: { ...request.signed, form },
  sent: { ...request.sent, body: encodeForm(form) },
  rows: request.rows.map((row) => ({ ...row, content: JSON.stringify(form) })),
});

/** The callbacks of an outgoing message. Twilio sends none for `receiving`. */
export const outgoing = (random: Random, id: string, accountSid: string): MissedRequest[] =>
  statusCallbacks(random, id, accountSid)
    .filter(({ status }) => status?.status !== 'receiving')
    .map((request) => ({ ...request, way: 'public' }));

/** A request to the lane that Twilio never sent there: of a message of its own, so that a row shows who left it. */
export const forgedForLane = (random: Random, id: string, accountSid: string): MissedRequest => {
  const genuine = message(random, id, accountSid);
  const base = { ...genuine, rows: [], status: undefined };
  if (random.chance(0.2)) return { ...base, forgery: 'garbage signature', way: 'lane, other URL' };
  // The lane's queue has no query, so a changed one changes nothing.
  for (;;) {
    const forged = forge(random, id, genuine);
    if (forged.forgery !== 'query changed') return { ...forged, way: 'lane' };
  }
};
