import { reject, type Rejection } from './rejections';

const maxIdLength = 512;

/**
 * Whether a verified JSON body can be stored: one object, or an Event Streams batch, whose CloudEvents are stored under
 * their own ids. Values are looked at, never merged into another object.
 * @see https://www.twilio.com/docs/events/webhook-quickstart
 */
export const checkJson = (body: Buffer): { readonly rejection: Rejection } | undefined => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8'));
  } catch {
    return reject('malformed_request', 'the body is not JSON');
  }
  if (typeof parsed !== 'object' || parsed === null) {
    return reject('malformed_request', 'the JSON body is neither an object nor an array');
  }
  if (Array.isArray(parsed) && !parsed.every(hasEventId)) {
    return reject('malformed_request', 'an element of the batch has no id of 1 to 512 characters');
  }
  return undefined;
};

const hasEventId = (event: unknown): boolean => {
  if (typeof event !== 'object' || event === null || !('id' in event)) return false;
  const { id } = event;
  return typeof id === 'string' && id !== '' && id.length <= maxIdLength;
};
