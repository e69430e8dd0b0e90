import type { LocalGateway } from '../gateway';
import type { PublishedNotice } from '../sns/publish';
import { withoutControls } from './handler-lines';

/**
 * A notice as it would arrive by mail. Any local program may publish one: control characters stay out of the
 * terminal.
 */
export const noticeLines = ({ subject, message }: PublishedNotice): readonly string[] =>
  [`notice: ${subject ?? '(no subject)'}`, ...message.split('\n').map((line) => `  ${line}`)].map(withoutControls);

/** What `npm start` prints when the gateway accepts requests. */
export const greeting = ({ state, account, madeUpAccount, webSocketUrl }: LocalGateway): readonly string[] => {
  const signed = state.publicUrl ?? state.baseUrl;
  return [
    `ready ${state.baseUrl}`,
    '',
    'Webhook URLs (sign these):',
    ...Object.keys(state.webhooks).map((route) => `  ${signed}/${route}`),
    ...(webSocketUrl === undefined ? [] : ['WebSocket URL (sign this):', `  ${webSocketUrl}`]),
    'Endpoints for AWS tools:',
    ...Object.entries(state.endpoints).map(([service, endpoint]) => `  ${service.padEnd(15)} ${endpoint}`),
    ...(state.replySecretId === undefined || state.twilioStandIn === undefined
      ? []
      : ['Replies go to the Twilio stand-in, which sends nothing:', '  npx gateway replies list']),
    ...(madeUpAccount
      ? [
          'Development credentials (made up; not a Twilio account):',
          `  TWILIO_ACCOUNT_SID=${account.accountSid}`,
          `  TWILIO_AUTH_TOKEN=${account.authToken}`,
        ]
      : []),
    'Try next, in another terminal:',
    "  npx gateway send sms --from +15550100001 --body 'hello' && npx gateway messages list",
  ];
};
