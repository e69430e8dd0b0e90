import { createHash, randomUUID } from 'node:crypto';
import { invalidParameter, SnsError } from './errors';
import type { Topic, TopicMessage } from './topic';

/** What was published to a topic. */
export interface PublishedNotice {
  readonly topicArn: string;
  readonly messageId: string;
  readonly subject: string | undefined;
  readonly message: string;
}

export const maxMessageBytes = 262_144;
/**
 * One line that begins with a letter, digit or punctuation mark.
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
const subjectPattern = /^[\x21-\x7e][\x20-\x7e]{0,99}$/;
const fifoIdPattern = /^[!-~]{1,128}$/;
const known = ['Message', 'Subject', 'MessageGroupId', 'MessageDeduplicationId'];
const attributePattern = /^MessageAttributes\.entry\.\d+\.(?:Name|Value\.(?:DataType|StringValue))$/;

/** @throws SnsError like SNS */
export const topicOf = (form: URLSearchParams, topics: readonly Topic[]): Topic => {
  const arn = form.get('TopicArn') ?? '';
  if (arn === '') throw invalidParameter('TopicArn');
  const topic = topics.find((candidate) => candidate.arn === arn);
  if (topic === undefined) throw new SnsError('NotFound', 'Topic does not exist', 404);
  return topic;
};

/**
 * One message of `Publish` or `PublishBatch`. Message structures, telephone numbers and attributes that are not of type
 * String are rejected by name: they would have no effect.
 * @param fields the parameters of this message, without the prefix of its entry
 * @throws SnsError like SNS
 */
export const readMessage = (fields: ReadonlyMap<string, string>, topic: Topic): TopicMessage => {
  const unsupported = [...fields.keys()].filter((name) => !known.includes(name) && !attributePattern.test(name));
  if (unsupported.length > 0) {
    throw invalidParameter(
      `the local SNS supports ${known.join(', ')} and String attributes, not ${unsupported.join(', ')}`,
    );
  }
  const message = fields.get('Message') ?? '';
  if (message === '') throw invalidParameter('Empty message');
  if (Buffer.byteLength(message) > maxMessageBytes) throw invalidParameter('Message too long');
  const subject = fields.get('Subject');
  if (subject !== undefined && !subjectPattern.test(subject)) throw invalidParameter('Subject');
  return {
    messageId: randomUUID(),
    message,
    subject,
    attributes: readAttributes(fields),
    ...readFifoFields(fields, topic, message),
  };
};

const readFifoFields = (fields: ReadonlyMap<string, string>, topic: Topic, message: string) => {
  const groupId = fields.get('MessageGroupId');
  const explicitId = fields.get('MessageDeduplicationId');
  if (!topic.isFifo) {
    if (groupId ?? explicitId) throw invalidParameter('MessageGroupId and MessageDeduplicationId are for FIFO topics');
    return {};
  }
  if (groupId === undefined || !fifoIdPattern.test(groupId)) {
    throw invalidParameter('The MessageGroupId parameter is required for FIFO topics');
  }
  const ofContent = topic.contentBasedDeduplication ? createHash('sha256').update(message).digest('hex') : undefined;
  const deduplicationId = explicitId ?? ofContent;
  if (deduplicationId === undefined || !fifoIdPattern.test(deduplicationId)) {
    throw invalidParameter(
      'The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  }
  return { groupId, deduplicationId };
};

const readAttributes = (fields: ReadonlyMap<string, string>): Readonly<Record<string, string>> => {
  const attributes: Record<string, string> = {};
  for (let at = 1; fields.has(`MessageAttributes.entry.${at}.Name`); at += 1) {
    const entry = `MessageAttributes.entry.${at}`;
    const name = fields.get(`${entry}.Name`) ?? '';
    const value = fields.get(`${entry}.Value.StringValue`) ?? '';
    if (fields.get(`${entry}.Value.DataType`) !== 'String') {
      throw invalidParameter(`the local SNS has attributes of type String, and ${name} is not one`);
    }
    if (name === '' || value === '') {
      throw new SnsError('ParameterValueInvalid', `The message attribute ${name} must have a name and a value.`);
    }
    attributes[name] = value;
  }
  return attributes;
};

/** The parameters of a form that begin with a prefix, without it. */
export const fieldsOf = (form: URLSearchParams, prefix: string): ReadonlyMap<string, string> =>
  new Map(
    [...form].flatMap(([name, value]): readonly (readonly [string, string])[] =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [],
    ),
  );
