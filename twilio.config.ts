import { defineTwilioConfig } from './cli/twilio/config/config';

/**
 * The phone numbers, messaging services and usage triggers that use this gateway, per stage. `npx gateway twilio plan`
 * shows the differences from what Twilio has, `apply` changes Twilio, and `doctor` checks it.
 * cli/twilio/config/config.ts describes the keys.
 */
export const twilioConfig = defineTwilioConfig({
  // prod: {
  //   // Not at the gateway, because it is called when the gateway fails.
  //   fallbackUrl: 'https://handler.twilio.com/twiml/EHxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
  //   accounts: {
  //     // The names in `accounts` of the stage in lib/stages.ts.
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
