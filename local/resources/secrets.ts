import { randomBytes } from 'node:crypto';
import type { Resolve } from '../template/intrinsics';
import { propertiesOf } from '../template/properties';
import { readResources, type Template } from '../template/template';

export interface SecretDefinition {
  readonly logicalId: string;
  /** The value of a new secret. */
  readonly initialValue: string;
}

export const readSecrets = (template: Template, resolve: Resolve): SecretDefinition[] =>
  readResources(template, 'AWS::SecretsManager::Secret', (logicalId, raw) => {
    const properties = propertiesOf(logicalId, resolve(raw));
    const generate = properties.object('GenerateSecretString');
    properties.only('Description', 'KmsKeyId', 'Name', 'Tags');
    return { logicalId, initialValue: generated(generate) };
  });

/** `GenerateSecretString`: a random password, alone or as one key of a JSON template. */
const generated = (settings: Readonly<Record<string, unknown>>): string => {
  const password = randomBytes(24).toString('base64url');
  const { SecretStringTemplate: template, GenerateStringKey: key } = settings;
  if (typeof template !== 'string' || typeof key !== 'string') return password;
  return JSON.stringify({ ...(JSON.parse(template) as Record<string, unknown>), [key]: password });
};
