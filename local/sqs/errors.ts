import { AwsJsonError } from '../server/aws-json-action';
import { InputError, type Reader } from '../server/aws-json-input';

/** Error code of the JSON protocol → [code of the query protocol, HTTP status], as in the service model. */
const codes = {
  BatchEntryIdsNotDistinct: ['AWS.SimpleQueueService.BatchEntryIdsNotDistinct', 400],
  BatchRequestTooLong: ['AWS.SimpleQueueService.BatchRequestTooLong', 400],
  EmptyBatchRequest: ['AWS.SimpleQueueService.EmptyBatchRequest', 400],
  InternalError: ['InternalError', 500],
  InvalidAddress: ['InvalidAddress', 404],
  InvalidAttributeName: ['InvalidAttributeName', 400],
  InvalidAttributeValue: ['InvalidAttributeValue', 400],
  InvalidBatchEntryId: ['AWS.SimpleQueueService.InvalidBatchEntryId', 400],
  InvalidMessageContents: ['InvalidMessageContents', 400],
  InvalidParameterValue: ['InvalidParameterValue', 400],
  MessageNotInflight: ['AWS.SimpleQueueService.MessageNotInflight', 400],
  MissingParameter: ['MissingParameter', 400],
  OverLimit: ['OverLimit', 403],
  PurgeQueueInProgress: ['AWS.SimpleQueueService.PurgeQueueInProgress', 403],
  QueueDoesNotExist: ['AWS.SimpleQueueService.NonExistentQueue', 400],
  QueueNameExists: ['QueueAlreadyExists', 400],
  ReceiptHandleIsInvalid: ['ReceiptHandleIsInvalid', 404],
  ResourceNotFoundException: ['ResourceNotFoundException', 404],
  SerializationException: ['SerializationException', 400],
  TooManyEntriesInBatchRequest: ['AWS.SimpleQueueService.TooManyEntriesInBatchRequest', 400],
  UnsupportedOperation: ['AWS.SimpleQueueService.UnsupportedOperation', 400],
} as const;

export type SqsErrorCode = keyof typeof codes;

export const sqsError = (code: SqsErrorCode, message: string): AwsJsonError => {
  const [queryErrorCode, status] = codes[code];
  return new AwsJsonError(code, message, status, queryErrorCode);
};

const codeOfReason = {
  missing: 'MissingParameter',
  type: 'SerializationException',
  range: 'InvalidParameterValue',
  unsupported: 'UnsupportedOperation',
} as const;

/** @throws AwsJsonError with the code that SQS uses for this invalid input */
export const readInput = <T>(reader: Reader<T>, input: unknown, path = ''): T => {
  try {
    return reader(input, path);
  } catch (error) {
    if (error instanceof InputError) throw sqsError(codeOfReason[error.reason], error.message);
    throw error;
  }
};
