import { presentedSignature, signatureSettingsHeader } from '../../../lambda/shared/signature/signature';
import type { AcceptedWebhook } from '../../../lambda/shared/webhook/check-webhook';
import { headerOf } from '../capture/capture';
import type { Cause } from './findings';
import type { Key } from '../gateway/keys';
import type { Question } from '../gateway/question';
import { unrecognizedNote } from './unrecognized';
import { addressOf } from '../capture/url-parts';

const slotNotes: Readonly<Record<Key['slot'], readonly Cause[]>> = {
  current: [],
  entered: [],
  pending: [{ id: 'token-pending' }],
  previous: [{ id: 'token-previous-accepted' }],
};

/** Twilio names the algorithm in a header when a SharedKey signs. */
const settingsNotes = ({ capture }: Question): readonly Cause[] => {
  const presented = presentedSignature(headerOf(capture, 'x-twilio-signature') ?? '', undefined);
  const isUnnamed = headerOf(capture, signatureSettingsHeader) === undefined;
  return presented?.algorithm === 'HMAC-SHA256' && isUnnamed ? [{ id: 'signature-settings-missing' }] : [];
};

/** Notes for a rejected request: about the key that matches, or about an entered token. */
export const keyNotes = (key: Key | undefined, question: Question): readonly Cause[] => {
  const { keys } = question.keys;
  const isOdd = keys.some(({ slot, secret }) => slot === 'entered' && !/^[0-9a-f]{32}$/i.test(secret));
  const ofKey = key === undefined ? (isOdd ? [{ id: 'token-form' } as const] : []) : slotNotes[key.slot];
  return [...(key?.counts === false ? [] : ofKey), ...settingsNotes(question)];
};

/** Notes for an accepted request. */
export const acceptedNotes = ({ webhook, received }: AcceptedWebhook, question: Question): readonly Cause[] => {
  const { reading, tokenSlot, signedText } = webhook;
  const { query } = received;
  const otherForm: Cause = { id: 'query-form' };
  const asSent = addressOf(question.configured) + (query === '' ? '' : `?${query}`);
  return [
    ...(reading.kind === 'unrecognized' ? [unrecognizedNote(reading.reason, question)] : []),
    ...(signedText.startsWith(asSent) ? [] : [otherForm]),
    ...slotNotes[tokenSlot],
    ...settingsNotes(question),
  ];
};
