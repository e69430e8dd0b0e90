import { STATUS_CODES } from 'node:http';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { RouteName } from '../shared/routes';
import { answers, type RejectionReason } from './rejections';

/** A replay must reach us, and a cached answer would swallow it. */
const noStore = { 'cache-control': 'no-store' };

/**
 * `/messages` is asked for TwiML, and an empty response means "send nothing"; the others need no content.
 * @see https://www.twilio.com/docs/messaging/twiml
 */
export const acceptedResponse = (route: RouteName): APIGatewayProxyStructuredResultV2 =>
  route === 'messages'
    ? {
        statusCode: 200,
        headers: { ...noStore, 'content-type': 'text/xml' },
        body: '<?xml version="1.0" encoding="UTF-8"?><Response/>',
      }
    : { statusCode: 204, headers: noStore };

/** The same bytes for every cause of a status: no caller learns which check refused it. */
export const rejectedResponse = (reason: RejectionReason): APIGatewayProxyStructuredResultV2 => {
  const { status, headers } = answers[reason];
  return {
    statusCode: status,
    headers: { ...noStore, 'content-type': 'text/plain; charset=utf-8', ...headers },
    body: STATUS_CODES[status] ?? '',
  };
};
