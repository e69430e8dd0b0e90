import type { PublishedEvent } from './published-event';

/*
 * SNS and SQS accept only the characters of XML 1.0. A message with another character would be retried for 24 hours and
 * block the stream: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */

/** The event as JSON. JSON escapes all refused characters except two, which are escaped here. */
export const messageText = (event: PublishedEvent): string =>
  JSON.stringify(event).replaceAll('\ufffe', '\\ufffe').replaceAll('\uffff', '\\uffff');

/** 256 characters are enough for any address or name. Attributes count towards the size of the message. */
const acceptedPattern = /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]{1,256}$/u;

/** Leaves out attributes that SNS would refuse. The event itself still has their values. */
export const acceptedAttributes = (attributes: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => acceptedPattern.test(value)));
