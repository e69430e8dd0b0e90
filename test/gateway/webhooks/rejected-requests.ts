import { otherAccount } from '../../helpers/test-account';
import {
  encodeForm,
  formHeaders,
  postForm,
  sendRaw,
  smsForm,
  statusForm,
  twilioSignature,
  type Form,
  type RawRequest,
  type RawResponse,
} from '../../helpers/webhooks';
import type { WebhookTarget } from './target';

/** A request that is not a genuine webhook, made from the form of one. */
export interface RejectedRequest {
  readonly name: string;
  readonly status: number;
  readonly post: (target: Pick<WebhookTarget, 'webhooks' | 'account'>, form: Form) => Promise<RawResponse>;
}

type Target = Parameters<RejectedRequest['post']>[0];

const signed = (
  { account }: Target,
  url: string,
  form: Form,
  contentType?: string,
): Required<Pick<RawRequest, 'headers' | 'body'>> => {
  const headers = formHeaders(twilioSignature(url, form, account.authToken));
  if (contentType !== undefined) headers[0] = ['Content-Type', contentType];
  return { headers, body: encodeForm(form) };
};

const postTo = (target: Target, url: string, form: Form, signedUrl = url): Promise<RawResponse> =>
  postForm(url, form, { signedUrl, authToken: target.account.authToken });

export const rejectedRequests: readonly RejectedRequest[] = [
  {
    name: 'a tampered body',
    status: 403,
    post: (target, form) => {
      const { headers, body } = signed(target, target.webhooks.messages, form);
      return sendRaw(target.webhooks.messages, { headers, body: `${String(body)}&Extra=1` });
    },
  },
  {
    name: 'no signature',
    status: 403,
    post: ({ webhooks }, form) =>
      sendRaw(webhooks.messages, { headers: formHeaders(undefined), body: encodeForm(form) }),
  },
  {
    name: 'an account that is not configured',
    status: 403,
    post: ({ webhooks }, form) =>
      postForm(
        webhooks.messages,
        { ...form, AccountSid: otherAccount.accountSid },
        { authToken: otherAccount.authToken },
      ),
  },
  {
    name: 'the token of another account',
    status: 403,
    post: ({ webhooks }, form) => postForm(webhooks.messages, form, { authToken: otherAccount.authToken }),
  },
  {
    name: 'a signature for another route',
    status: 403,
    post: (target, form) =>
      postTo(
        target,
        target.webhooks.messages,
        statusForm(String(form['MessageSid']), 'sent', { AccountSid: target.account.accountSid }),
        target.webhooks.status,
      ),
  },
  {
    name: 'a signature for another query',
    status: 403,
    post: (target, form) =>
      postTo(target, `${target.webhooks.messages}?order=18`, form, `${target.webhooks.messages}?order=17`),
  },
  {
    name: 'an unknown route',
    status: 404,
    post: (target, form) => postTo(target, target.webhooks.messages.replace(/messages$/, 'voice'), form),
  },
  {
    name: 'a path below a route',
    status: 404,
    post: (target, form) => postTo(target, `${target.webhooks.messages}/more`, form),
  },
  {
    name: 'an unknown stage',
    status: 404,
    post: (target, form) =>
      postTo(target, target.webhooks.messages.replace(/\/[^/]+\/messages$/, '/other/messages'), form),
  },
  {
    name: 'GET',
    status: 405,
    post: (target, form) =>
      sendRaw(target.webhooks.messages, { ...signed(target, target.webhooks.messages, form), method: 'GET' }),
  },
  {
    name: 'a body above 64 KiB',
    status: 413,
    post: (target, form) => postTo(target, target.webhooks.messages, { ...form, Body: 'x'.repeat(64 * 1024) }),
  },
  {
    name: 'a content type other than a form',
    status: 415,
    post: (target, form) =>
      sendRaw(target.webhooks.messages, signed(target, target.webhooks.messages, form, 'text/plain')),
  },
];

/** The form that a rejected request is made from. */
export const rejectedForm = ({ account }: Target): Form => smsForm({ AccountSid: account.accountSid });
