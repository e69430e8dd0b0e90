import type { TwilioWebhookGatewayProps } from '../twilio-webhook-gateway-props';
import type { Problems } from './problems';

type Key = keyof TwilioWebhookGatewayProps;

const exclusions: readonly (readonly [Key, Key, string])[] = [
  ['encryptionKey', 'customerManagedKey', 'the gateway has one key'],
  ['alarmTopic', 'alarmEmails', 'subscribe the addresses to your topic'],
  ['domainName', 'customDomain', 'the gateway has one domain name'],
  ['httpApi', 'domainName', 'map the domain name to your API, and give its URL as httpApi.url'],
  ['httpApi', 'customDomain', 'map the domain name to your API, and give its URL as httpApi.url'],
  ['httpApi', 'throttle', 'the throttle is that of your API'],
];

const requirements: readonly (readonly [Key, Key])[] = [
  ['domainMappingKey', 'domainName'],
  ['vpcSubnets', 'vpc'],
  ['securityGroups', 'vpc'],
];

/** Props that exclude each other, and props that need another one. */
export const conflictProblems = (props: TwilioWebhookGatewayProps): Problems => {
  const isGiven = (key: Key) => props[key] !== undefined && props[key] !== false;
  return [
    ...exclusions
      .filter(([key, other]) => isGiven(key) && isGiven(other))
      .map(([key, other, why]) => `${key} and ${other} exclude each other: ${why}`),
    ...requirements
      .filter(([key, other]) => isGiven(key) && !isGiven(other))
      .map(([key, other]) => `${key} needs ${other}`),
    ...(props.httpApi?.url?.endsWith('/') === true ? ['httpApi.url ends with a slash: leave it out'] : []),
  ];
};
