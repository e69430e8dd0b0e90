import { buildPayload, type SendValues } from '../../../cli/send/kinds/kind';
import { sendKinds } from '../../../cli/send/send-kinds';
import {
  errorCodeArgument,
  eventNameArgument,
  locationArgument,
  mediaArgument,
  optOutArgument,
  sidArgument,
  statusArgument,
} from '../../../cli/send/options';
import type { Payload } from '../../../cli/send/twilio-payloads';
import { textIn, type JsonObject } from '../../../cli/json-fields';
import { invalid } from '../http/api-problem';

/** What `POST /api/send` asked for, checked as the command checks its options. */
export interface CheckedSend {
  readonly kind: string;
  readonly options: { readonly tamper?: true };
  readonly repeat: number;
  readonly payload: (accountSid: string, now: Date) => Payload;
}

const maxRepeat = 20;
const maxAddress = 256;

/** The message of an option's error is a sentence for the user. */
const checked = <T>(name: string, check: () => T): T => {
  try {
    return check();
  } catch (error) {
    throw invalid(`${name}: ${error instanceof Error ? error.message : 'it cannot be used'}`);
  }
};

const given = (body: JsonObject, name: string): string | undefined => textIn(body, name) || undefined;

const mediaOf = (body: JsonObject): readonly string[] | undefined => {
  const list = body['media'];
  if (!Array.isArray(list)) return undefined;
  const urls = list.filter((url) => typeof url === 'string' && url !== '').map(String);
  return urls.reduce<readonly string[]>((earlier, url) => checked('media', () => mediaArgument(url, earlier)), []);
};

const addressOf = (body: JsonObject, name: string): string | undefined => {
  const address = given(body, name);
  if (address !== undefined && address.length > maxAddress) throw invalid(`${name} is too long.`);
  return address;
};

const repeatOf = (body: JsonObject): number => {
  const repeat = body['repeat'] ?? 1;
  if (typeof repeat !== 'number' || !Number.isInteger(repeat) || repeat < 1 || repeat > maxRepeat) {
    throw invalid(`repeat is a number from 1 to ${maxRepeat}.`);
  }
  return repeat;
};

/** @throws ApiProblem for a kind or a value that cannot be sent */
export const readSend = (body: JsonObject): CheckedSend => {
  const kind = sendKinds.find((each) => each.kind === body['kind']);
  if (kind === undefined) throw invalid('There is no such kind of webhook.');
  const [status, errorCode, sid] = [given(body, 'status'), given(body, 'errorCode'), given(body, 'sid')];
  const [event, optOut, location] = [given(body, 'event'), given(body, 'optOut'), given(body, 'location')];
  const values: SendValues = {
    from: addressOf(body, 'from'),
    to: addressOf(body, 'to'),
    // An empty text is one, too.
    body: textIn(body, 'body'),
    media: mediaOf(body),
    status: status === undefined ? undefined : checked('status', () => statusArgument(status)),
    errorCode: errorCode === undefined ? undefined : checked('errorCode', () => errorCodeArgument(errorCode)),
    sid: sid === undefined ? undefined : checked('sid', () => sidArgument(...kind.sidPrefixes)(sid)),
    event: event === undefined ? undefined : checked('event', () => eventNameArgument(event)),
    optOut: optOut === undefined ? undefined : checked('optOut', () => optOutArgument(optOut)),
    button: given(body, 'button'),
    location: location === undefined ? undefined : checked('location', () => locationArgument(location)),
  };
  return {
    kind: kind.kind,
    options: body['tamper'] === true ? { tamper: true } : {},
    repeat: repeatOf(body),
    payload: (accountSid, now) => buildPayload(kind, values, accountSid, now),
  };
};
