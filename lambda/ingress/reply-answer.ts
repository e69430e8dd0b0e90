import { maxTwimlBytes, messageTwiml, withoutIllegalCharacters } from '../shared/payload/twiml';

/** What is wrong with an answer of the reply function. Logged. */
export type AnswerProblem =
  'not_json' | 'wrong_shape' | 'message_empty' | 'message_too_long' | 'twiml_not_a_response' | 'twiml_too_long';

/** TwiML; undefined answers nothing. */
export type ReadAnswer = { readonly twiml: string | undefined } | { readonly problem: AnswerProblem };

/** Twilio sends no longer message: https://www.twilio.com/docs/api/errors/21617 */
const maxMessageCharacters = 1600;

/** Reads `{ message }`, `{ twiml }` or nothing from what the reply function returned, as JSON. */
export const readAnswer = (payload: string): ReadAnswer => {
  let answer: unknown;
  try {
    answer = JSON.parse(payload);
  } catch {
    return { problem: 'not_json' };
  }
  if (answer === null) return { twiml: undefined };
  if (typeof answer !== 'object') return { problem: 'wrong_shape' };
  const [[key, value] = [], ...others] = Object.entries(answer) as readonly (readonly [string, unknown])[];
  if (typeof value !== 'string' || others.length > 0) return { problem: 'wrong_shape' };
  if (key === 'message') return readMessage(value);
  return key === 'twiml' ? readTwiml(value) : { problem: 'wrong_shape' };
};

const readMessage = (message: string): ReadAnswer => {
  if (withoutIllegalCharacters(message).trim() === '') return { problem: 'message_empty' };
  // An emoji is one character of two code units.
  if (Array.from(message).length > maxMessageCharacters) return { problem: 'message_too_long' };
  return { twiml: messageTwiml(message) };
};

const readTwiml = (twiml: string): ReadAnswer => {
  if (Buffer.byteLength(twiml) > maxTwimlBytes) return { problem: 'twiml_too_long' };
  const isResponse = /^(?:<\?xml\s[^<>]*\?>)?\s*<Response[\s/>]/.test(twiml);
  return isResponse && withoutIllegalCharacters(twiml) === twiml ? { twiml } : { problem: 'twiml_not_a_response' };
};
