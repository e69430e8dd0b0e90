import type { Credentials } from '../../../lambda/shared/credentials/credentials';
import { countParams, parseForm } from '../../../lambda/shared/payload/form';
import { maxParams } from '../../../lambda/shared/contract/routes';
import { claimOf, type AccountClaim } from '../../../lambda/shared/signature/find-signer';
import { checkWebhook, verifyWebhook } from '../../../lambda/shared/webhook/check-webhook';
import type { WebhookRequest } from '../../../lambda/shared/payload/request';
import type { UnverifiedWebhook } from '../../../lambda/shared/webhook/early-checks';
import { headerOf, hostOf } from '../capture/capture';
import type { Question } from './question';
import { addressOf } from '../capture/url-parts';

const requestOf = ({ capture, route, expectedDomainName }: Question): WebhookRequest => ({
  route,
  method: capture.method,
  // A capture without a host is assumed to have the right one.
  domainName: hostOf(capture)?.toLowerCase() ?? expectedDomainName ?? '',
  query: capture.url.query ?? '',
  header: (name) => headerOf(capture, name),
  bodyBytes: capture.body.length,
  readBody: () => capture.body,
});

/** The account that a captured form or GET names. */
const claimOfCapture = ({ body, url }: Question['capture']): AccountClaim => {
  const form = body.length > 0 ? body : (url.query ?? '');
  return countParams(form) > maxParams ? { kind: 'any' } : claimOf(parseForm(form));
};

/** The keys were read once; there is nothing to read again. */
const fixedCredentials = ({ keys, capture }: Question): Credentials => ({
  accounts: () => Promise.resolve(keys.known(claimOfCapture(capture))),
  waitForReads: () => Promise.resolve(false),
  pollForNewVersions: () => Promise.resolve(false),
  finishReads: () => Promise.resolve(),
});

/** Nothing is waited for, so no deadline is needed. */
const noDeadline = { race: <T>(promise: Promise<T>): Promise<T> => promise };

/** The gateway's own checks (lambda/shared/webhook), run on a captured request with keys that were read before. */
export const policyFor = (question: Question) => {
  const { acceptGet, expectedDomainName, basicAuth, configured } = question;
  const credentials = fixedCredentials(question);
  const signedUrl = addressOf(configured);
  const request = requestOf(question);
  const options = { credentials, basicAuth, acceptGet, expectedDomainName, signedUrl };
  return {
    request,
    checkWebhook: () => checkWebhook(request, options, noDeadline),
    checkBasicAuth: () => basicAuth?.check(request.header('authorization')),
    verifyWebhook: (webhook: UnverifiedWebhook) => verifyWebhook(webhook, credentials, signedUrl),
  };
};

export type Policy = ReturnType<typeof policyFor>;
