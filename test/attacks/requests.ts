import { createHash } from 'node:crypto';
import type { TwilioAccount } from '../../local/accounts';
import type { Edge } from '../adversarial/support/edge';
import type { EdgeRequest, Exchange } from '../adversarial/support/sender';
import type { RouteName } from '../../lambda/shared/routes';
import type { Form } from '../helpers/webhooks';

/** A form of an account, signed with its token. */
export const sendForm = (
  edge: Edge,
  account: TwilioAccount,
  route: RouteName,
  form: Form,
  query = '',
): Promise<Exchange> => {
  const signed = { ...form, AccountSid: account.accountSid };
  return edge.send({
    route,
    query,
    form: signed,
    signature: edge.sign(edge.publicUrl(route, query), signed, account.authToken),
  });
};

/** JSON, proven by the token of an account: the URL holds the hash of the body. */
export const jsonRequest = (
  edge: Edge,
  account: TwilioAccount,
  content: unknown,
  contentType = 'application/json',
): EdgeRequest => {
  const body = typeof content === 'string' ? content : JSON.stringify(content);
  const query = `bodySHA256=${createHash('sha256').update(body).digest('hex')}`;
  const signature = edge.sign(edge.publicUrl('events', query), {}, account.authToken);
  return { route: 'events', query, contentType, form: {}, body, signature };
};

export const sendJson = (edge: Edge, account: TwilioAccount, content: unknown): Promise<Exchange> =>
  edge.send(jsonRequest(edge, account, content));

export const cloudEvent = (id: string, attributes: Readonly<Record<string, unknown>> = {}) => ({
  specversion: '1.0',
  type: 'com.twilio.messaging.message.sent',
  source: '/messages',
  id,
  ...attributes,
});
