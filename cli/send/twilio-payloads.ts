import type { Params } from '../../lambda/shared/payload/form';
import type { RouteName, WebhookKind } from '../../lambda/shared/contract/routes';

/** What Twilio sends: a form, or a JSON body whose hash is in the query. */
export interface Payload {
  readonly route: RouteName;
  readonly kind: WebhookKind;
  /** The SID of the message, trigger or event. */
  readonly sid: string;
  readonly content:
    { readonly type: 'form'; readonly params: Params } | { readonly type: 'json'; readonly value: unknown };
}

/** Parameters as in https://www.twilio.com/docs/messaging/guides/webhook-request */
export interface PayloadBasics {
  readonly accountSid: string;
  readonly sid: string;
  readonly from: string;
  readonly to: string;
  readonly body: string;
  readonly now: Date;
}

export const form = (entries: Readonly<Record<string, string>>): Payload['content'] => ({
  type: 'form',
  params: Object.assign(Object.create(null) as Record<string, string>, entries),
});

/** Number of SMS segments, with ASCII as an approximation of the GSM alphabet. */
const segmentsOf = (body: string): number => {
  const [single, concatenated] = /^[\x00-\x7f]*$/.test(body) ? [160, 153] : [70, 67];
  return body.length <= single ? 1 : Math.ceil(body.length / concatenated);
};

const mediaTypes: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  mp4: 'video/mp4',
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg',
  pdf: 'application/pdf',
  vcf: 'text/vcard',
};

const mediaType = (url: string): string =>
  mediaTypes[/\.([a-z0-9]+)(?:[?#]|$)/i.exec(url)?.[1]?.toLowerCase() ?? ''] ?? 'image/jpeg';

const mediaParams = (media: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    media.flatMap((url, at) => [
      [`MediaUrl${at}`, url],
      [`MediaContentType${at}`, mediaType(url)],
    ]),
  );

/** An incoming SMS or MMS. */
export const incomingMessage = (
  basics: PayloadBasics,
  media: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Payload => ({
  route: 'messages',
  kind: 'message',
  sid: basics.sid,
  content: form({
    ToCountry: 'US',
    ToState: 'CA',
    SmsMessageSid: basics.sid,
    NumMedia: String(media.length),
    ToCity: '',
    FromZip: '',
    SmsSid: basics.sid,
    FromState: '',
    SmsStatus: 'received',
    FromCity: '',
    Body: basics.body,
    FromCountry: 'US',
    To: basics.to,
    ToZip: '',
    NumSegments: String(segmentsOf(basics.body)),
    MessageSid: basics.sid,
    AccountSid: basics.accountSid,
    From: basics.from,
    ApiVersion: '2010-04-01',
    ...mediaParams(media),
    ...more,
  }),
});

const channelAddress = (address: string): string => (address.startsWith('whatsapp:') ? address : `whatsapp:${address}`);

interface WhatsappContent {
  /** The payload of the button that was tapped. */
  readonly button?: string | undefined;
  /** Latitude and longitude with a comma between them. */
  readonly location?: string | undefined;
}

/** A location has no text. */
const whatsappContent = (
  body: string,
  media: readonly string[],
  { button, location }: WhatsappContent,
): Readonly<Record<string, string>> => {
  if (location !== undefined) {
    const [latitude = '', longitude = ''] = location.split(',');
    return { MessageType: 'location', Latitude: latitude, Longitude: longitude, Label: 'Example place' };
  }
  if (button !== undefined) {
    return { MessageType: 'button', Body: body, ButtonText: body, ButtonPayload: button };
  }
  const [first] = media;
  const type = first === undefined ? 'text' : (mediaType(first).split('/')[0] ?? 'image');
  return { MessageType: type, Body: body };
};

/** An incoming WhatsApp message has no geographic parameters, but a profile name. */
export const incomingWhatsapp = (
  basics: PayloadBasics,
  media: readonly string[],
  content: WhatsappContent = {},
): Payload => ({
  route: 'messages',
  kind: 'message',
  sid: basics.sid,
  content: form({
    SmsMessageSid: basics.sid,
    NumMedia: String(media.length),
    ProfileName: 'Example Person',
    SmsSid: basics.sid,
    WaId: basics.from.replace(/\D/g, ''),
    SmsStatus: 'received',
    ...whatsappContent(basics.body, media, content),
    To: channelAddress(basics.to),
    NumSegments: '1',
    ReferralNumMedia: '0',
    MessageSid: basics.sid,
    AccountSid: basics.accountSid,
    From: channelAddress(basics.from),
    ApiVersion: '2010-04-01',
    ...mediaParams(media),
  }),
});

/** `YYMMDDhhmm`, as carriers report deliveries. */
const deliveryDate = (now: Date): string => now.toISOString().replace(/\D/g, '').slice(2, 12);

/** A status callback of an outgoing message. */
export const statusCallback = (
  basics: Omit<PayloadBasics, 'body'>,
  status: string,
  errorCode: string | undefined,
): Payload => ({
  route: 'status',
  kind: 'status',
  sid: basics.sid,
  content: form({
    ...(errorCode === undefined ? {} : { ErrorCode: errorCode }),
    ...(['delivered', 'undelivered'].includes(status) ? { RawDlrDoneDate: deliveryDate(basics.now) } : {}),
    SmsSid: basics.sid,
    SmsStatus: status,
    MessageStatus: status,
    To: basics.to,
    MessageSid: basics.sid,
    AccountSid: basics.accountSid,
    From: basics.from,
    ApiVersion: '2010-04-01',
  }),
});
