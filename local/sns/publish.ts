import { randomUUID } from 'node:crypto';
import { invalidParameter, SnsError } from './errors';

/** What was published to a topic. */
export interface PublishedNotice {
  readonly topicArn: string;
  readonly messageId: string;
  readonly subject: string | undefined;
  readonly message: string;
}

const maxMessageBytes = 262_144;
const known = ['Action', 'Version', 'TopicArn', 'Subject', 'Message'];
/**
 * One line that begins with a letter, digit or punctuation mark.
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
const subjectPattern = /^[\x21-\x7e][\x20-\x7e]{0,99}$/;

/**
 * Reads a `Publish` to a topic. Attributes, FIFO topics, message structures and phone numbers are rejected by name:
 * they would have no effect.
 * @throws SnsError like SNS
 */
export const readPublication = (form: URLSearchParams, topicArns: ReadonlySet<string>): PublishedNotice => {
  const unsupported = [...form.keys()].filter((name) => !known.includes(name));
  if (unsupported.length > 0) {
    throw invalidParameter(`the local SNS supports ${known.slice(2).join(', ')}, not ${unsupported.join(', ')}`);
  }
  const topicArn = form.get('TopicArn') ?? '';
  if (topicArn === '') throw invalidParameter('TopicArn');
  if (!topicArns.has(topicArn)) throw new SnsError('NotFound', 'Topic does not exist', 404);
  const message = form.get('Message') ?? '';
  if (message === '') throw invalidParameter('Empty message');
  if (Buffer.byteLength(message) > maxMessageBytes) throw invalidParameter('Message too long');
  const subject = form.get('Subject') ?? undefined;
  if (subject !== undefined && !subjectPattern.test(subject)) throw invalidParameter('Subject');
  return { topicArn, messageId: randomUUID(), subject, message };
};
