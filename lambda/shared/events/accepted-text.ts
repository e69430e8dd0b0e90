import type { GatewayEvent } from './gateway-event';

/*
 * SNS and SQS accept the characters of XML 1.0. What they refuse would be tried again for 24 hours, and hold up the
 * stream: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */

/** The event as JSON, which escapes all refused characters but two. */
export const messageText = (event: GatewayEvent): string =>
  JSON.stringify(event).replaceAll('\ufffe', '\\ufffe').replaceAll('\uffff', '\\uffff');

/** Not longer than any address or name: attributes count towards the size of the message. */
const acceptedPattern = /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]{1,256}$/u;

/** Without attributes that would be refused. The event itself still has their values. */
export const acceptedAttributes = (attributes: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => acceptedPattern.test(value)));
