import { defineTwilioConfig } from './cli/twilio/config/config';

/**
 * Which phone numbers, messaging services and usage triggers use this gateway, per stage. `npx gateway twilio plan` shows what
 * differs at Twilio, `apply` makes it so, `doctor` keeps an eye on it. cli/twilio/config/config.ts says what each key means.
 */
export const twilioConfig = defineTwilioConfig({
  // prod: {
  //   // Elsewhere than the gateway, or it fails with it.
  //   fallbackUrl: 'https://handler.twilio.com/twiml/EHxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
  //   accounts: {
  //     // Names as in `accounts` of the stage in lib/stages.ts.
  //     main: {
  //       phoneNumbers: ['+15550100002', { number: '+15550100003', statusCallback: true }],
  //       messagingServices: ['MGxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'],
  //       usageTriggers: [
  //         { usageCategory: 'totalprice', triggerValue: '+50', triggerBy: 'price', recurring: 'daily' },
  //       ],
  //     },
  //   },
  // },
  // The local gateway behind a tunnel: npm start -- --public-url https://your.tunnel.example
  // local: { accounts: { main: { phoneNumbers: ['+15550100002'] } } },
});
