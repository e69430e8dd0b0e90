import fc from 'fast-check';
import { messageAttributes } from '../../../../lambda/consumer/aws/dynamodb-items';
import { parseWebhook } from '../../../../lambda/consumer/parse-webhook';
import { readChange } from '../../../../lambda/shared/events/read-change';
import { encodeEnvelope, decodeEnvelope } from '../../../../lambda/shared/payload/envelope';
import { parseForm } from '../../../../lambda/shared/payload/form';
import { receivedMessage } from '../../../../lambda/shared/events/received-message';
import { anyCharacter } from '../../../helpers/any-character';

const accountSid = `AC${'a'.repeat(32)}`;
const messageSid = `SM${'b'.repeat(32)}`;

/** The data of the event that is published about a message, from its item in the table. */
const publishedData = (form: string, query: string): unknown => {
  const envelope = decodeEnvelope(
    encodeEnvelope({
      eventId: messageSid,
      signedTextHash: '0'.repeat(64),
      kind: 'message',
      route: 'messages',
      accountSid,
      contentType: 'form',
      body: Buffer.from(form),
      query,
      receivedAt: '2026-01-31T10:00:00.000Z',
      requestId: 'request-1',
      tokenSlot: 'current',
    }),
  );
  const [webhook] = parseWebhook(envelope);
  if (webhook?.kind !== 'message') throw new Error('the form is not a message');
  const keys = { pk: { S: `${accountSid}#MESSAGE#${messageSid}` }, sk: { S: 'MESSAGE' } };
  // DynamoDB's and the stream's types of an item differ in names only.
  const NewImage = { ...messageAttributes(webhook, 0), ...keys } as Record<string, { readonly S: string }>;
  return readChange({ dynamodb: { NewImage } })?.event.data;
};

const text = fc.string({ unit: anyCharacter, maxLength: 20 });
const values = fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 3 }));
const names = [
  ...['From', 'To', 'Body', 'NumMedia', 'MediaUrl0', 'MediaContentType0', 'MediaUrl1', 'MessagingServiceSid'],
  ...['OptOutType', 'ErrorCode', 'ErrorUrl', 'ProfileName', '__proto__'],
];
const fields = fc.array(fc.tuple(fc.constantFrom(...names), fc.oneof(values, fc.constantFrom('1', '2'))), {
  maxLength: 12,
});

test('the reply function gets the same data about a message as its event has', () => {
  fc.assert(
    fc.property(fields, fc.constantFrom('', 'x=1'), (given, query) => {
      const form = new URLSearchParams({ AccountSid: accountSid, MessageSid: messageSid });
      for (const [name, value] of given) for (const item of [value].flat()) form.append(name, item);
      const body = form.toString();
      const described = receivedMessage({ accountSid, messageSid, params: parseForm(body), query });
      expect(JSON.parse(JSON.stringify(described))).toEqual(JSON.parse(JSON.stringify(publishedData(body, query))));
    }),
    { numRuns: 300 },
  );
});
