import type { QueueRoute } from '../http-api/queue-integration';
import type { Properties } from '../template/properties';
import { UnsupportedTemplateError } from '../template/template';

/** The variables that `local/http-api/queue-integration.ts` replaces. */
const known = /^(?:request\.(?:body|path|header\.[\w-]+)|context\.(?:apiId|requestId|identity\.sourceIp|stage))$/;

/** Reads an integration `SQS-SendMessage`; undefined for any other integration. */
export const readQueueIntegration = (logicalId: string, properties: Properties): QueueRoute | undefined => {
  const subtype = properties.optionalText('IntegrationSubtype');
  if (subtype === undefined) return undefined;
  if (subtype !== 'SQS-SendMessage') {
    throw new UnsupportedTemplateError(`${logicalId}: the only supported subtype is SQS-SendMessage, not ${subtype}.`);
  }
  const parameters = properties.object('RequestParameters');
  const parameter = (name: string): string => {
    const value = parameters[name];
    if (typeof value !== 'string') throw new UnsupportedTemplateError(`${logicalId} has no parameter ${name}.`);
    return value;
  };
  const unknown = Object.keys(parameters).filter(
    (name) => !['QueueUrl', 'MessageBody', 'MessageAttributes'].includes(name),
  );
  const [messageBody, messageAttributes] = [parameter('MessageBody'), parameter('MessageAttributes')];
  const variables = [...`${messageBody} ${messageAttributes}`.matchAll(/\$\{?([\w.-]+)/g)].map(([, name = '']) => name);
  const unsupported = [...unknown, ...variables.filter((name) => !known.test(name))];
  if (unsupported.length > 0) {
    throw new UnsupportedTemplateError(`${logicalId}: the local gateway does not know ${unsupported.join(', ')}.`);
  }
  const statuses = readStatuses(logicalId, properties.object('ResponseParameters'));
  properties.only('ApiId', 'CredentialsArn', 'IntegrationType', 'PayloadFormatVersion', 'Description');
  return { queueUrl: parameter('QueueUrl'), messageBody, messageAttributes, statuses };
};

/** Only statuses can be overwritten. */
const readStatuses = (logicalId: string, byStatus: Readonly<Record<string, unknown>>): ReadonlyMap<number, number> =>
  new Map(
    Object.entries(byStatus).map(([status, changes]): [number, number] => {
      const [change, ...others] = (changes as { readonly ResponseParameters: readonly Change[] }).ResponseParameters;
      if (change?.Destination !== 'overwrite:statuscode' || others.length > 0) {
        throw new UnsupportedTemplateError(`${logicalId}: of an answer only the status can be overwritten.`);
      }
      return [Number(status), Number(change.Source)];
    }),
  );

interface Change {
  readonly Destination?: unknown;
  readonly Source?: unknown;
}
