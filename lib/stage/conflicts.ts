import { Token } from 'aws-cdk-lib';
import { CfnStage, type IHttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
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
    ...deploymentProblems(props.httpApi?.stage),
    ...domainNameProblems(props.domainName?.name),
    ...mappingKeyProblems(props.domainMappingKey),
    ...aliasProblems('encryptionKey', props.encryptionKey),
    ...aliasProblems('the key of table', props.table?.encryptionKey),
  ];
};

/** If parts of a URL exist only after the deployment, only the end of the URL is checked. */
const urlProblems = (url: string | undefined): Problems => {
  if (url === undefined || (Token.isUnresolved(url) ? /[^/?#]$/.test(url) : isSigned(url))) return [];
  return [
    'httpApi.url must begin with https:// and have no slash at its end, no query, no fragment, no user, ' +
      'no port 443 and no capitals in its host',
  ];
};

/** Whether every program writes the URL in this way: Twilio signs one text, and another one is refused. */
const isSigned = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { href, protocol, username, password } = new URL(text);
  return protocol === 'https:' && username === '' && password === '' && href.replace(/\/$/, '') === text;
};

/** The name of a domain of the same app exists only after the deployment. */
const domainNameProblems = (name: string | undefined): Problems =>
  name === undefined || Token.isUnresolved(name) || name === name.toLowerCase()
    ? []
    : [`domainName is ${JSON.stringify(name)}: give its name in lower case, as Twilio signs it`];

/** Routes that are added to a stage without automatic deployments are answered 404. */
const deploymentProblems = (stage: IHttpStage | undefined): Problems => {
  const resource = stage?.node.defaultChild;
  return resource instanceof CfnStage && resource.autoDeploy !== true
    ? ['httpApi.stage does not deploy the routes that it gets: create it with autoDeploy']
    : [];
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
