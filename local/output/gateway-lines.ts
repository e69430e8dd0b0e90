import type { LocalGateway } from '../gateway';
import type { PublishedNotice } from '../sns/publish';
import { visibleText } from '../../characters/visible-text';

/**
 * A notice as it would arrive by mail. Any local program may publish one: control characters stay out of the
 * terminal.
 */
export const noticeLines = ({ subject, message }: PublishedNotice): readonly string[] =>
  [`notice: ${subject ?? '(no subject)'}`, ...message.split('\n').map((line) => `  ${line}`)].map(visibleText);

/** What `--swallow` has lost, for the end of the run; nothing without it. */
export const swallowedLines = ({ swallowed }: Pick<LocalGateway, 'swallowed'>): readonly string[] => {
  const lost = swallowed();
  if (lost === undefined) return [];
  const { webhooks, requests } = lost;
  return [`swallowed ${counted(webhooks, 'webhook')} (${counted(requests, 'request')} with the retries)`];
};

const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

/**
 * What is printed when the gateway accepts requests.
 * @param cli the command that operates it, such as `npx gateway`
 * @param consoleUrl undefined where the console is not served
 */
export const greeting = (
  { state, account, madeUpAccount, webSocketUrl }: LocalGateway,
  cli: string,
  consoleUrl: string | undefined,
): readonly string[] => {
  const signed = state.publicUrl ?? state.baseUrl;
  return [
    `ready ${state.baseUrl}`,
    '',
    'Webhook URLs (sign these):',
    ...Object.keys(state.webhooks).map((route) => `  ${signed}/${route}`),
    ...(state.fallback === undefined ? [] : [`  ${state.fallback.url} (fallback)`]),
    ...(state.fallbackRegion === undefined ? [] : [`  ${state.fallbackRegion.url} (fallback, in another region)`]),
    ...(webSocketUrl === undefined ? [] : ['WebSocket URL (sign this):', `  ${webSocketUrl}`]),
    ...(consoleUrl === undefined ? [] : ['Console (open it in a browser):', `  ${consoleUrl}`]),
    'Endpoints for AWS tools:',
    ...Object.entries(state.endpoints).map(([service, endpoint]) => `  ${service.padEnd(15)} ${endpoint}`),
    ...(state.replySecretId === undefined || state.twilioStandIn === undefined
      ? []
      : ['Replies go to the Twilio stand-in, which sends nothing:', `  ${cli} replies list`]),
    ...(madeUpAccount && state.publicUrl !== null ? realWebhooksHint : []),
    ...(madeUpAccount
      ? [
          'Development credentials (made up; not a Twilio account):',
          `  TWILIO_ACCOUNT_SID=${account.accountSid}`,
          `  TWILIO_AUTH_TOKEN=${account.authToken}`,
        ]
      : []),
    'Try next, in another terminal:',
    `  ${cli} send sms --from +15550100001 --body 'hello' && ${cli} messages list`,
  ];
};

/** Twilio signs with the Auth Token of the account, so the made-up one refuses everything that Twilio sends. */
const realWebhooksHint = [
  'Webhooks from Twilio will be refused: this gateway has made-up credentials. Set your own and start again:',
  '  export TWILIO_ACCOUNT_SID=ACxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx TWILIO_AUTH_TOKEN=xxxxxxxx',
];
