import { STATUS_CODES } from 'node:http';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { routes, type RouteName } from '../shared/contract/routes';
import { answers, type RejectionReason } from '../shared/webhook/rejections';

/** Otherwise a cache between Twilio and the gateway might answer a repeated webhook. */
const noStore = { 'cache-control': 'no-store' };

/**
 * An empty TwiML response means "send nothing".
 * @see https://www.twilio.com/docs/messaging/twiml
 */
export const acceptedResponse = (
  route: RouteName,
  twiml = '<?xml version="1.0" encoding="UTF-8"?><Response/>',
): APIGatewayProxyStructuredResultV2 => {
  const statusCode = routes[route].acceptedStatus;
  return statusCode === 200
    ? { statusCode, headers: { ...noStore, 'content-type': 'text/xml' }, body: twiml }
    : { statusCode, headers: noStore };
};

/** Stage options that appear in the headers of some responses. */
export interface ResponseOptions {
  readonly acceptGet?: boolean | undefined;
  /** The realm in the challenge of Basic authentication. It contains no quotes or backslashes. */
  readonly realm?: string | undefined;
}

/** All responses with the same status have the same bytes, so that callers cannot tell which check failed. */
export const rejectedResponse = (
  reason: RejectionReason,
  { acceptGet, realm = '' }: ResponseOptions,
): APIGatewayProxyStructuredResultV2 => {
  const { status } = answers[reason];
  const headers = { ...noStore, 'content-type': 'text/plain; charset=utf-8' };
  const body = STATUS_CODES[status] ?? '';
  switch (status) {
    case 405:
      return { statusCode: status, headers: { ...headers, allow: acceptGet === true ? 'GET, POST' : 'POST' }, body };
    case 401: {
      // Twilio asks for a realm: https://www.twilio.com/docs/usage/security#http-authentication
      const challenge = `Basic realm="${realm}", charset="UTF-8"`;
      return { statusCode: status, headers: { ...headers, 'www-authenticate': challenge }, body };
    }
    default:
      return { statusCode: status, headers, body };
  }
};
