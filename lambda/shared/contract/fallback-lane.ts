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

/** A genuine fallback request of an incoming message has 20 kB at most, a third more in base64. */
export const maxFallbackMessageBytes = 128 * 1024;
