import { createHash } from 'node:crypto';
import type { MessageAttributeValue } from '@aws-sdk/client-sqs';
import { base64, optional, shape, text, unsupported } from '../../server/aws-json-input';
import { readInput, sqsError } from '../errors';

/** A message attribute as it is stored: a binary value is base64. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

const attributeShape = shape({
  DataType: text({ max: 256 }),
  StringValue: optional(text({ min: 0 })),
  BinaryValue: optional(base64),
  StringListValues: unsupported('is reserved by AWS and must be left out'),
  BinaryListValues: unsupported('is reserved by AWS and must be left out'),
});

/**
 * @throws AwsJsonError for an invalid name, type or value:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 */
export const readMessageAttribute = (name: string, value: unknown): MessageAttribute => {
  const attribute = readInput(attributeShape, value, `MessageAttributes.${name}`);
  const kind = attribute.DataType.split('.', 1)[0];
  if (kind !== 'String' && kind !== 'Number' && kind !== 'Binary') {
    throw invalid(name, 'must have a DataType that begins with String, Number or Binary');
  }
  const content = kind === 'Binary' ? attribute.BinaryValue : attribute.StringValue;
  const other = kind === 'Binary' ? attribute.StringValue : attribute.BinaryValue;
  if (content === undefined || content === '' || other !== undefined) {
    throw invalid(
      name,
      `must have only a ${kind === 'Binary' ? 'BinaryValue' : 'StringValue'}, which must not be empty`,
    );
  }
  if (kind === 'Number' && !/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(content)) {
    throw invalid(name, 'must have a StringValue that is a number');
  }
  if (kind === 'Binary') return { DataType: attribute.DataType, BinaryValue: content };
  if (!hasLegalCharacters(content)) throw invalid(name, 'has characters that SQS does not allow');
  return { DataType: attribute.DataType, StringValue: content };
};

export const readMessageAttributes = (
  entries: readonly (readonly [string, unknown])[],
): Readonly<Record<string, MessageAttribute>> | undefined => {
  if (entries.length === 0) return undefined;
  if (entries.length > 10) {
    throw sqsError('InvalidParameterValue', 'A message has more than 10 message attributes; 10 are allowed.');
  }
  return Object.fromEntries(
    entries.map(([name, value]) => {
      const reserved = /^(aws|amazon)\./i.test(name);
      if (reserved || !/^(?!\.)[A-Za-z0-9_.-]{1,256}(?<!\.)$/.test(name) || name.includes('..')) {
        throw sqsError(
          'InvalidParameterValue',
          'A message attribute name is invalid: it must have 1 to 256 of the characters A-Z a-z 0-9 _ - . and must ' +
            'not start with AWS. or Amazon., start or end with a period, or have two periods in a row.',
        );
      }
      return [name, readMessageAttribute(name, value)];
    }),
  );
};

const invalid = (name: string, rule: string) =>
  sqsError('InvalidParameterValue', `The message attribute '${name}' ${rule}.`);

/** SQS accepts the characters of XML 1.0: no lone surrogate, no U+FFFE, and few control characters. */
export const hasLegalCharacters = (content: string): boolean =>
  !/[^\u{9}\u{A}\u{D}\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u.test(content);

/** Bytes that count towards the maximum message size: name, type and value. */
export const attributeBytes = (attributes: Readonly<Record<string, MessageAttribute>> = {}): number =>
  Object.entries(attributes).reduce(
    (sum, [name, attribute]) =>
      sum + Buffer.byteLength(name) + Buffer.byteLength(attribute.DataType) + contentOf(attribute).length,
    0,
  );

const contentOf = ({ StringValue, BinaryValue }: MessageAttribute): Buffer =>
  BinaryValue === undefined ? Buffer.from(StringValue ?? '') : Buffer.from(BinaryValue, 'base64');

/**
 * Digest with which an SDK checks message attributes:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation
 */
export const md5OfAttributes = (attributes: Readonly<Record<string, MessageAttribute>>): string => {
  const hash = createHash('md5');
  const update = (bytes: Buffer): void => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const [name, attribute] of Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1))) {
    update(Buffer.from(name));
    update(Buffer.from(attribute.DataType));
    hash.update(Buffer.of(attribute.BinaryValue === undefined ? 1 : 2));
    update(contentOf(attribute));
  }
  return hash.digest('hex');
};

/** The attribute as ReceiveMessage returns it. */
export const toAttributeValue = ({ DataType, StringValue, BinaryValue }: MessageAttribute): MessageAttributeValue => ({
  DataType,
  ...(StringValue === undefined ? {} : { StringValue }),
  ...(BinaryValue === undefined ? {} : { BinaryValue: Buffer.from(BinaryValue, 'base64') }),
});

/** Whether a receiver requested the attribute: by name, `All`, `.*`, or a prefix such as `foo.*`. */
export const isRequested = (name: string, requested: readonly string[]): boolean =>
  requested.some(
    (pattern) =>
      pattern === 'All' || pattern === name || (pattern.endsWith('.*') && name.startsWith(pattern.slice(0, -2))),
  );
