import { incomingMessage, incomingWhatsapp, statusCallback } from '../twilio-payloads';
import { addresses, exampleText, randomSid, type SendKind } from './kind';

const exampleMedia = 'https://media.example.com/picture.jpg';
const exampleSid = 'SM0123456789abcdef0123456789abcdef';

export const messageKinds: readonly SendKind[] = [
  {
    kind: 'sms',
    title: 'Incoming SMS',
    description: 'an incoming SMS',
    fields: ['from', 'to', 'body', 'sid', 'optOut'],
    sidName: 'MessageSid',
    sidPrefixes: ['SM', 'MM'],
    examples: [
      'sms --from +15550100001 --body "héllo 🌍"',
      `sms --sid ${exampleSid} --repeat 5`,
      'sms --from +15550100001 --opt-out STOP',
    ],
    payload: ({ sid, optOut, body = optOut ?? exampleText, ...values }, accountSid, now) =>
      incomingMessage(
        { ...addresses(values), body, sid, accountSid, now },
        [],
        // Twilio sends it only for a message to a Messaging Service with Advanced Opt-Out.
        optOut === undefined ? {} : { OptOutType: optOut, MessagingServiceSid: randomSid('MG') },
      ),
  },
  {
    kind: 'mms',
    title: 'Incoming MMS',
    description: 'an incoming MMS',
    fields: ['from', 'to', 'body', 'sid', 'media'],
    sidName: 'MessageSid',
    sidPrefixes: ['MM', 'SM'],
    examples: ['mms --media https://media.example.com/a.png --media https://media.example.com/b.pdf'],
    payload: ({ sid, body = exampleText, media = [exampleMedia], ...values }, accountSid, now) =>
      incomingMessage({ ...addresses(values), body, sid, accountSid, now }, media),
  },
  {
    kind: 'whatsapp',
    title: 'Incoming WhatsApp message',
    description: 'an incoming WhatsApp message',
    fields: ['from', 'to', 'body', 'sid', 'media', 'button', 'location'],
    sidName: 'MessageSid',
    sidPrefixes: ['SM', 'MM'],
    examples: [
      'whatsapp --media https://media.example.com/a.png --media https://media.example.com/b.pdf',
      'whatsapp --body "Yes, please" --button confirm-17',
      'whatsapp --location 59.3293,18.0686',
    ],
    payload: ({ sid, body = exampleText, media = [], button, location, ...values }, accountSid, now) =>
      incomingWhatsapp({ ...addresses(values), body, sid, accountSid, now }, media, { button, location }),
  },
  {
    kind: 'status',
    title: 'Status of an outgoing message',
    description: 'a status callback of an outgoing message',
    fields: ['sid', 'status', 'errorCode', 'from', 'to'],
    sidName: 'MessageSid',
    sidPrefixes: ['SM', 'MM'],
    status: 'delivered',
    isOutbound: true,
    examples: [
      `status --sid ${exampleSid} --status sent`,
      `status --sid ${exampleSid} --status undelivered --error-code 30003 --query 'order=17'`,
    ],
    payload: ({ sid, status = 'delivered', errorCode, ...values }, accountSid, now) =>
      statusCallback({ ...addresses(values, true), sid, accountSid, now }, status, errorCode),
  },
];
