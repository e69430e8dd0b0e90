/**
 * The message attribute with API Gateway's id of the request that brought the webhook. It follows the webhook through
 * the logs of all functions.
 */
export const requestIdAttribute = 'requestId';
