import fc from 'fast-check';
import { resolveReplies } from '../../lib/stage/reply-options';
import { anyCharacter } from '../helpers/any-character';

/** The text of the reply's only message. Throws if the document contains anything else or is not well-formed. */
const textOf = (twiml: string | undefined): string => {
  const found = /^<\?xml version="1\.0" encoding="UTF-8"\?><Response><Message>([^<>]*)<\/Message><\/Response>$/.exec(
    twiml ?? '',
  );
  if (found?.[1] === undefined) throw new Error('the reply is not exactly one message');
  const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#xD': '\r' };
  return found[1].replace(/&([^;]*);?/g, (_match, name: string) => {
    const character = entities[name];
    if (character === undefined) throw new Error(`&${name}; is not an XML entity`);
    return character;
  });
};
const defaultReply = (text: string): string | undefined => resolveReplies({ default: text }).replies?.default;

test('a stage without texts has no replies', () => {
  expect(resolveReplies(undefined)).toEqual({ replies: undefined, problems: [] });
  expect(resolveReplies({ keywords: {} })).toEqual({ replies: undefined, problems: [] });
});

test('ING-X-ESC: markup in a text is escaped', () => {
  const text = '<Redirect>http://evil</Redirect> & "x" \' ]]> &amp;';
  expect(textOf(defaultReply(text))).toBe(text);
  expect(defaultReply(text)).not.toContain('<Redirect>');
});

test.each([
  ['a\u0000b\uffff', 'ab'],
  ['\u0001\u0008\u000b\u000c\u001f\ufffe!', '!'],
  ['half \ud83c a pair \udf0d', 'half  a pair '],
  ['kept: \t\n\r 🌍 é \ufffd \u0085', 'kept: \t\n\r 🌍 é \ufffd \u0085'],
])('ING-X-CTRL: characters that XML cannot represent are removed: %j', (text, written) => {
  expect(textOf(defaultReply(text))).toBe(written);
});

test('any text becomes one message with exactly that text', () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter, minLength: 1 }), (text) => {
      const legal = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu, '');
      fc.pre(legal.trim() !== '');
      expect(textOf(defaultReply(text))).toBe(legal);
    }),
    { numRuns: 300 },
  );
});

test('keywords are normalized like the messages that are compared with them', () => {
  const { replies, problems } = resolveReplies({ keywords: { ' Hours ': 'nine to five', CAFÉ: 'closed' } });
  expect(problems).toEqual([]);
  expect(Object.keys(replies?.keywords ?? {})).toEqual(['hours', 'café']);
  expect(textOf(replies?.keywords['hours'])).toBe('nine to five');
});

test('accepts a text of up to 64 KiB as TwiML', () => {
  const around = Buffer.byteLength(defaultReply('x') ?? '') - 1;
  expect(resolveReplies({ default: 'x'.repeat(65_536 - around) }).problems).toEqual([]);
  expect(resolveReplies({ default: 'x'.repeat(65_537 - around) }).problems).toEqual([
    'reply.default is 65537 bytes as TwiML: Twilio accepts at most 65536, shorten it',
  ]);
});
