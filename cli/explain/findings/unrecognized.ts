import { parseForm } from '../../../lambda/shared/payload/form';
import type { UnrecognizedReason } from '../../../lambda/shared/payload/reading';
import type { Capture } from '../capture/capture';
import type { Cause } from './findings';
import { routeOfParams } from '../capture/route-of';
import type { Question } from '../gateway/question';

/** Descriptions of why a genuine webhook could not be read as one of its route. */
export const unrecognizedDescriptions: Readonly<Record<UnrecognizedReason, string>> = {
  message_sid_missing: 'MessageSid is missing',
  message_sid_repeated: 'MessageSid is there twice, with different values',
  message_sid_malformed: 'MessageSid is not SM or MM and 32 hexadecimal digits',
  message_status_missing: 'MessageStatus is missing',
  message_status_repeated: 'MessageStatus is there twice, with different values',
  message_status_malformed: 'MessageStatus is not one word',
  error_code_repeated: 'ErrorCode is there twice, with different values',
  error_code_malformed: 'ErrorCode is not a number',
  usage_trigger_sid_missing: 'UsageTriggerSid is missing',
  usage_trigger_sid_repeated: 'UsageTriggerSid is there twice, with different values',
  usage_trigger_sid_malformed: 'UsageTriggerSid is not UT and 32 hexadecimal digits',
  idempotency_token_missing: 'IdempotencyToken is missing',
  idempotency_token_repeated: 'IdempotencyToken is there twice, with different values',
  not_json: 'the body is labelled as JSON but is not JSON in UTF-8',
  json_without_fields: 'the JSON is neither an object nor an array',
  too_large_to_parse: 'it is too large to be parsed',
};

/** The note for a webhook that is accepted but not recognized. */
export const unrecognizedNote = (reason: UnrecognizedReason, { capture, route }: Question): Cause => {
  const better = routeOfParams(paramsOf(capture));
  const where =
    better === route ? 'The route is the right one' : `Its parameters belong to the route /${better}, not to /${route}`;
  return { id: 'unrecognized', about: `${unrecognizedDescriptions[reason]}. ${where}` };
};

const paramsOf = ({ body, url }: Capture) => parseForm(body.length > 0 ? body : (url.query ?? ''));
