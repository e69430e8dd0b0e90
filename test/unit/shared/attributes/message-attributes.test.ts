import * as fc from 'fast-check';
import { messageAttributeNames, messageAttributesOf } from '../../../../lambda/shared/attributes/message-attributes';
import { parseForm } from '../../../../lambda/shared/payload/form';
import { anyCharacter } from '../../../helpers/any-character';

const attributes = (...pairs: readonly (readonly [string, string])[]) =>
  messageAttributesOf(
    parseForm(new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, value])).toString()),
  );

it('has what WhatsApp sends besides the text', () => {
  expect(
    attributes(
      ['MessageType', 'button'],
      ['ButtonText', 'Yes, please'],
      ['ButtonPayload', 'confirm-17'],
      ['ProfileName', 'Ada 🌍'],
      ['WaId', '15550100001'],
      ['Body', 'Yes, please'],
    ),
  ).toEqual({
    messageType: 'button',
    buttonText: 'Yes, please',
    buttonPayload: 'confirm-17',
    profileName: 'Ada 🌍',
    waId: '15550100001',
  });
});

it('has nothing of an SMS', () => {
  expect(attributes(['Body', 'hello'], ['NumMedia', '0'], ['FromCity', ''])).toEqual({});
});

it.each([
  ['empty', [['ButtonText', '']]],
  ['longer than 512 bytes', [['ReferralBody', 'é'.repeat(257)]]],
  [
    'sent twice with other values',
    [
      ['OptOutType', 'STOP'],
      ['OptOutType', 'START'],
    ],
  ],
  ['no coordinate', [['Latitude', '59°']]],
  ['a coordinate with spaces', [['Longitude', ' 18.07']]],
] as const)('leaves out a value that is %s', (_what, pairs) => {
  expect(attributes(...pairs)).toEqual({});
});

it('keeps the digits of a coordinate as they are', () => {
  expect(attributes(['Latitude', '-59.32930'], ['Longitude', '18'])).toEqual({
    latitude: '-59.32930',
    longitude: '18',
  });
});

it('whatever it is given, it throws nothing and has at most 8 kB', () => {
  const params = ['MessageType', 'Latitude', 'ReferralBody', 'WaId', '__proto__', 'constructor'];
  const pair = fc.tuple(fc.constantFrom(...params), fc.string({ unit: anyCharacter, maxLength: 600 }));
  fc.assert(
    fc.property(fc.array(pair), (pairs) => {
      const found = attributes(...pairs);
      for (const [name, value] of Object.entries(found)) {
        expect(messageAttributeNames).toContain(name);
        expect(Buffer.byteLength(value)).toBeLessThanOrEqual(512);
      }
    }),
  );
  expect(messageAttributeNames.length * 512).toBeLessThanOrEqual(8192);
});
