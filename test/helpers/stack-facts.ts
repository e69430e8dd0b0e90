import { localAccountId, localRegion, localStack } from '../../local/server/aws-identity';
import type { Assembly } from '../../local/gateway';
import { queueName } from '../../local/resources/queues';
import { arnOfSecret } from '../../local/secrets-manager/secret';
import { createResolver } from '../../local/template/intrinsics';
import { resourcesOfType, type Template } from '../../local/template/template';

// Values that a test needs before it starts the gateway, because a function's variable depends on them.

/** The path of the event queue's URL, for a proxy between the functions and the queue. */
export const eventQueuePath = ({ template }: Assembly): string => {
  const resolve = createResolver(template, localStack, () => undefined);
  const named = resourcesOfType(template, 'AWS::SQS::Queue').find(
    ([, properties]) => properties['RedrivePolicy'] !== undefined,
  );
  if (named === undefined) throw new Error('the template has no queue with a redrive policy');
  return `/${localAccountId}/${queueName(template, resolve, named[0])}`;
};

export const accountSecretArn = ({ template }: Assembly): string => {
  const [secret] = resourcesOfType(template, 'AWS::SecretsManager::Secret');
  if (secret === undefined) throw new Error('the template has no secret');
  return secretArn(secret[0]);
};

export const secretArn = (name: string): string => arnOfSecret(localRegion, localAccountId, name);

/** The same stack with changed properties of the one resource of the type whose logical id matches. */
export const withProperties = (
  assembly: Assembly,
  type: string,
  logicalId: RegExp,
  properties: Readonly<Record<string, unknown>>,
): Assembly => {
  const ids = Object.entries(assembly.template.Resources)
    .filter(([id, resource]) => resource.Type === type && logicalId.test(id))
    .map(([id]) => id);
  const [id = ''] = ids;
  const resource = assembly.template.Resources[id];
  if (ids.length !== 1 || resource === undefined) {
    throw new Error(`${ids.length} resources of type ${type} match ${logicalId.source}, not one`);
  }
  const template: Template = {
    ...assembly.template,
    Resources: {
      ...assembly.template.Resources,
      [id]: { ...resource, Properties: { ...resource.Properties, ...properties } },
    },
  };
  return { ...assembly, template };
};
