/** Made-up accounts and numbers, which do not exist at Twilio. */
export const testAccount = {
  accountSid: 'AC00000000000000000000000000000001',
  authToken: '11111111111111111111111111111111',
} as const;

export const otherAccount = {
  accountSid: 'AC00000000000000000000000000000002',
  authToken: '22222222222222222222222222222222',
} as const;

export const fromNumber = '+15550100001';
export const toNumber = '+15550100002';
