/**
 * The route of the fallback lane: API Gateway sends its requests to a queue without a function. Twilio requests a
 * fallback URL only for incoming messages, with the parameters of `/messages` and two more.
 */
export const fallbackRoute = 'fallback';

/** What API Gateway writes into message attributes of the lane's queue, besides the body of the request. */
export const fallbackAttributes = {
  signature: 'Signature',
  contentType: 'ContentType',
  requestId: 'RequestId',
  sourceIp: 'SourceIp',
} as const;

/** What a message has besides if it came through the lane of another region. */
export const regionAttributes = {
  /** By API Gateway: the id of the API, which is a part of the URL that Twilio signed. */
  apiId: 'ApiId',
  /** By the function `drain`: when the queue of the region took it, in milliseconds. */
  sentAt: 'SentAt',
} as const;

/** In the URL of a lane in another region, instead of the id of its API. */
export const apiIdPlaceholder = '{apiId}';

/** How long a message waits in the other region, at most: SQS keeps none longer. */
export const regionRetentionDays = 14;

/** A genuine fallback request of an incoming message has 20 kB at most, a third more in base64. */
export const maxFallbackMessageBytes = 128 * 1024;

/** Less, so that the lane's queue also takes the message with the attribute that it gets on its way. */
export const maxRegionMessageBytes = maxFallbackMessageBytes - 1024;
