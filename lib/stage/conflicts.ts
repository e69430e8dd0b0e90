import { Token } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
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
    ...urlProblems(props.httpApi?.url),
    ...mappingKeyProblems(props.domainMappingKey),
    ...aliasProblems('encryptionKey', props.encryptionKey),
    ...aliasProblems('the key of table', props.table?.encryptionKey),
  ];
};

/** If parts of a URL exist only after the deployment, only the end of the URL is checked. */
const urlProblems = (url: string | undefined): Problems => {
  if (url === undefined || (Token.isUnresolved(url) ? /[^/?#]$/.test(url) : /^https:\/\/[^?#]*[^/?#]$/.test(url)))
    return [];
  return ['httpApi.url must begin with https:// and have no slash at its end, no query and no fragment'];
};

const mappingKeyProblems = (key: string | undefined): Problems =>
  key === undefined || Token.isUnresolved(key) || /^[^/?#\s]+(?:\/[^/?#\s]+)*$/.test(key)
    ? []
    : [`domainMappingKey is ${JSON.stringify(key)}: give a path without a slash at its ends, such as twilio`];

/** IAM ignores a statement about an alias, so no function could use the key. */
const aliasProblems = (name: string, key: IKey | undefined): Problems =>
  key !== undefined && ('aliasName' in key || key.keyArn.includes(':alias/'))
    ? [`${name} is an alias, which a policy cannot name: give the key itself`]
    : [];
