import { cli } from '../../terminal/program-name';

/** Causes in the signature header. Placeholders as in `url-causes.ts`. */
export const signatureCauses = {
  'signature-missing': {
    title: 'there is no X-Twilio-Signature',
    explanation:
      'The header is missing or empty. Twilio signs every webhook: the request is not from Twilio, or a proxy took ' +
      'the header away.',
    fix: `Let proxies pass X-Twilio-Signature on. To test, sign the request: \`${cli} send\` does.`,
  },
  'signature-malformed': {
    title: 'X-Twilio-Signature is malformed',
    explanation:
      'A signature is the base64 of 20 bytes (Auth Token) or 32 bytes (SharedKey). This one is neither, and cannot ' +
      'be repaired.',
    fix: 'Capture the request again with the whole header. Twilio never sends another form.',
  },
  'signature-settings': {
    title: 'X-Twilio-Webhooks-Signature-Settings contradicts the signature',
    explanation:
      'The header names an algorithm whose signatures have another length, so the gateway rejects the request.',
    fix: 'Pass both headers on unchanged. If you sign yourself, name the algorithm that you use, or omit the header.',
  },
  'signature-settings-missing': {
    title: 'there is no X-Twilio-Webhooks-Signature-Settings',
    explanation:
      'The signature has the length of HMAC-SHA256. Twilio names that algorithm in this header; the gateway does ' +
      'not need it.',
    fix: 'Let proxies pass the header on, for other verifiers.',
  },
  'signature-altered': {
    title: 'X-Twilio-Signature was changed on the way',
    explanation: 'The signature is only readable after a repair ({about}).',
    fix: 'Pass the header on unchanged: one header of that name, with its exact value.',
  },
} as const;
