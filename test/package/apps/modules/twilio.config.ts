import { defineTwilioConfig } from 'twilio-webhook-gateway/config';

export const twilioConfig = defineTwilioConfig({
  prod: { accounts: { main: { phoneNumbers: ['+15550100002'] } } },
});
