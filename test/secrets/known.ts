const documented =
  "An example of Twilio's documentation or of its SDKs' own tests, which the signature vector reproduces byte for byte.";

/** Texts that look like secrets or personal data but are here on purpose. A test fails on an unused entry. */
export const known: readonly { readonly text: string; readonly reason: string }[] = [
  ...[
    '+14158675309',
    '+14158675310',
    '+18005551212',
    '+15306666666',
    '+15306384866',
    '+12349013030',
    'pass@mycompany.com',
    'user@mycompany.com',
    'CAd800bb12c0426a7ea4230e492fef2a4f',
  ].map((text) => ({ text, reason: documented })),
  {
    text: '235c5c510d26fb653d073faed50ae77c',
    reason: 'The MD5 digest of message attributes, as SQS computes it.',
  },
  ...['c260e5d7be08c49558c8de094aff9c76', '483d8f91df6bc6afb779fccf72393413'].map((text) => ({
    text,
    reason: 'A conversation of docs/data-model.md: a hash of made-up numbers.',
  })),
  {
    text: '2908aa527a16d04c8ba1357d624de63b',
    reason: 'The conversation id of two made-up numbers, a hash.',
  },
  ...['+1555010000', '+1555010001', '+1555010009', '+1555010010'].map((text) => ({
    text,
    reason: 'The beginning of made-up numbers, which a test completes or filters by.',
  })),
  {
    text: '+2015550100',
    reason: 'The number that an encoded space and the beginning of a made-up number look like.',
  },
  {
    text: '+2015550100001',
    reason: 'An encoded space and a made-up number, read as one number by mistake.',
  },
  {
    text: 'help@twilio.com',
    reason: "Twilio's address in the copyright line of its licence, which has to stay as it is.",
  },
];
