import { AwsJsonError } from '../server/aws-json-action';
import { InputError, type Reader } from '../server/aws-json-input';

type SecretsManagerErrorCode =
  | 'InvalidNextTokenException'
  | 'InvalidParameterException'
  | 'InvalidRequestException'
  | 'ResourceExistsException'
  | 'ResourceNotFoundException';

/** The message may contain the name of a secret or a version id, but never a secret value. */
export const secretsManagerError = (code: SecretsManagerErrorCode, message: string): AwsJsonError =>
  new AwsJsonError(code, message);

/** @throws AwsJsonError `SerializationException` or `InvalidParameterException` */
export const readInput = <T>(reader: Reader<T>, input: unknown): T => {
  try {
    return reader(input, '');
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw error.reason === 'type'
      ? new AwsJsonError('SerializationException', error.message)
      : secretsManagerError('InvalidParameterException', error.message);
  }
};
