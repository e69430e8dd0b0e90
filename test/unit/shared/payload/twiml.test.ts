import fc from 'fast-check';
import MessagingResponse from 'twilio/lib/twiml/MessagingResponse';
import { messageTwiml, withoutIllegalCharacters } from '../../../../lambda/shared/payload/twiml';
import { anyCharacter } from '../../../helpers/any-character';

test("any text becomes the same TwiML as with Twilio's own builder", () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter }), (text) => {
      const legal = withoutIllegalCharacters(text);
      // Of an empty message the builder makes an empty element.
      fc.pre(legal !== '');
      const response = new MessagingResponse();
      response.message(legal);
      expect(messageTwiml(text)).toBe(response.toString());
    }),
    { numRuns: 500 },
  );
});
