import { readAnswer } from '../../../lambda/ingress/reply-answer';

const read = (answer: unknown) => readAnswer(JSON.stringify(answer));
const message = (text: string) => ({
  twiml: `<?xml version="1.0" encoding="UTF-8"?><Response><Message>${text}</Message></Response>`,
});

test.each([
  ['nothing', null, { twiml: undefined }],
  ['a text', { message: 'hi' }, message('hi')],
  ['markup in a text', { message: '<Redirect/> & "x" ]]>' }, message('&lt;Redirect/&gt; &amp; "x" ]]&gt;')],
  ['characters that XML cannot write', { message: 'a\u0000b\uffff\ud83c' }, message('ab')],
  ['a text of 1600 emoji', { message: '🌍'.repeat(1_600) }, message('🌍'.repeat(1_600))],
  ['TwiML', { twiml: '<Response/>' }, { twiml: '<Response/>' }],
  ['TwiML with attributes', { twiml: '<Response id="1"></Response>' }, { twiml: '<Response id="1"></Response>' }],
  [
    'TwiML with a declaration',
    { twiml: '<?xml version="1.0"?>\n<Response></Response>' },
    { twiml: '<?xml version="1.0"?>\n<Response></Response>' },
  ],
])('accepts %s', (_name, answer, expected) => {
  expect(read(answer)).toEqual(expected);
});

test('accepts TwiML of 64 kB and no byte more', () => {
  const twiml = `<Response>${'é'.repeat(32_757)}!</Response>`;
  expect(Buffer.byteLength(twiml)).toBe(65_536);
  expect(read({ twiml })).toEqual({ twiml });
  expect(read({ twiml: `${twiml}\n` })).toEqual({ problem: 'twiml_too_long' });
});

test.each([
  ['another type', 'hi', 'wrong_shape'],
  ['a list', ['hi'], 'wrong_shape'],
  ['an empty object', {}, 'wrong_shape'],
  ['both', { message: 'hi', twiml: '<Response/>' }, 'wrong_shape'],
  ['another key', { text: 'hi' }, 'wrong_shape'],
  ['one key too many', { message: 'hi', media: 'x' }, 'wrong_shape'],
  ['a text that is not one', { message: 7 }, 'wrong_shape'],
  ['no text', { message: ' \n\u0000' }, 'message_empty'],
  ['a text of 1601 characters', { message: 'x'.repeat(1_601) }, 'message_too_long'],
  ['another document', { twiml: '<Responses/>' }, 'twiml_not_a_response'],
  ['an HTML page', { twiml: '<!DOCTYPE html><Response/>' }, 'twiml_not_a_response'],
  ['a text as TwiML', { twiml: 'hello <Response/>' }, 'twiml_not_a_response'],
  ['a declaration after a line break', { twiml: '\n<?xml version="1.0"?><Response/>' }, 'twiml_not_a_response'],
  ['TwiML with a control character', { twiml: '<Response>\u0000</Response>' }, 'twiml_not_a_response'],
])('rejects %s', (_name, answer, problem) => {
  expect(read(answer)).toEqual({ problem });
});

test.each(['', 'undefined', '{"message":', '<Response/>'])('rejects what is not JSON: %j', (payload) => {
  expect(readAnswer(payload)).toEqual({ problem: 'not_json' });
});
