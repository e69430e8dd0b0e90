import { base64, optional, text } from '../server/aws-json-input';
import { secretsManagerError } from './errors';
import type { SecretContent } from './secret';

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html */
const maxSecretBytes = 65_536;

export const contentFields = { SecretString: optional(text()), SecretBinary: optional(base64) };

/** `undefined` when there is neither. @throws AwsJsonError for both, or for too much */
export const readContent = (request: {
  readonly SecretString: string | undefined;
  readonly SecretBinary: string | undefined;
}): SecretContent | undefined => {
  const { SecretString, SecretBinary } = request;
  if (SecretString !== undefined && SecretBinary !== undefined) {
    throw secretsManagerError('InvalidParameterException', "You can't specify both SecretString and SecretBinary.");
  }
  const bytes = SecretString === undefined ? Buffer.from(SecretBinary ?? '', 'base64') : Buffer.from(SecretString);
  if (bytes.length > maxSecretBytes) {
    throw secretsManagerError('InvalidParameterException', `A secret value can have at most ${maxSecretBytes} bytes.`);
  }
  if (SecretString !== undefined) return { SecretString };
  return SecretBinary === undefined ? undefined : { SecretBinary };
};
