import type { Credentials } from '../credentials/credentials';
import { routes } from '../contract/routes';
import { eventIdOf, signedTextHash } from '../payload/event-id';
import { parseForm, type Params } from '../payload/form';
import { readJson, readParams, type Reading } from '../payload/reading';
import type { WebhookRequest } from '../payload/request';
import type { Deadline } from '../runtime/deadline';
import { claimOf, credentialRejection, findSigner, type Signer } from '../signature/find-signer';
import { queryVariants } from '../signature/query-variants';
import { verifyBodyHash } from '../signature/body-hash';
import { noParams, type SignedContent } from '../signature/signature';
import type { BasicAuth, BasicAuthResult } from './basic-auth';
import { checkBeforeVerification, type EarlyCheckOptions, type UnverifiedWebhook } from './early-checks';
import { reject, type Rejected } from './rejections';

export interface CheckOptions extends EarlyCheckOptions {
  readonly credentials: Credentials;
  /** Undefined where the stage has no Basic authentication. */
  readonly basicAuth: BasicAuth | undefined;
  /**
   * The URL of the request's route as Twilio signs it, without its query. It comes from configuration: the host, scheme
   * and path of a request are not evidence.
   */
  readonly signedUrl: string;
}

export interface VerifiedWebhook extends Signer {
  readonly reading: Reading;
  /** Names the webhook in logs and on the queue. */
  readonly eventId: string;
  /** SHA-256, hexadecimal, of the exact text that verified. */
  readonly signedTextHash: string;
  /** As verified; empty for JSON. */
  readonly params: Params;
}

/** A genuine webhook: it may be acknowledged once it is on the queue. */
export interface AcceptedWebhook {
  readonly received: UnverifiedWebhook;
  readonly webhook: VerifiedWebhook;
  /** A secret that was needed is older than its time to live, because it could not be read again. */
  readonly staleSecret: boolean;
}

/**
 * Checks whether a request is a genuine webhook: all checks in their one order, for ingress and for `gateway explain`.
 * @param deadline of the answer
 */
export const checkWebhook = async (
  request: WebhookRequest,
  options: CheckOptions,
  deadline: Pick<Deadline, 'race'>,
): Promise<AcceptedWebhook | Rejected> => {
  const { credentials, basicAuth } = options;
  const received = checkBeforeVerification(request, options);
  if ('rejection' in received) return received;
  let isBasicStale = false;
  if (basicAuth !== undefined) {
    const basic = await deadline.race<BasicAuthResult>(checkBasicAuth(request, credentials, basicAuth), () =>
      reject('basic_secret_unavailable', 'no secret was read in time'),
    );
    if ('rejection' in basic) return basic;
    isBasicStale = basic.stale;
  }
  const webhook = await deadline.race<VerifiedWebhook | Rejected>(
    verifyWebhook(received, credentials, options.signedUrl),
    () => reject('credentials_unavailable', 'no secret was read in time'),
  );
  if ('rejection' in webhook) return webhook;
  return { received, webhook, staleSecret: webhook.stale || isBasicStale };
};

/** An account secret without any token is reported first: no retry with other Basic credentials would help. */
const checkBasicAuth = async (
  request: WebhookRequest,
  credentials: Credentials,
  basicAuth: BasicAuth,
): Promise<BasicAuthResult> => {
  // Both are read at once, because a cold start has neither.
  const [{ usable, failures }, result] = await Promise.all([
    credentials.accounts(),
    basicAuth.check(request.header('authorization')),
  ]);
  const [failure] = failures;
  return usable.length === 0 && failure !== undefined ? credentialRejection(failure) : result;
};

/**
 * Verifies a webhook's signature and reads it. A genuine webhook is never rejected for its content: what its route does
 * not expect is read as `unrecognized`.
 * @param url of the route, as Twilio signs it
 */
export const verifyWebhook = (
  webhook: UnverifiedWebhook,
  credentials: Credentials,
  url: string,
): Promise<VerifiedWebhook | Rejected> =>
  webhook.format === 'json' ? verifyJson(webhook, credentials, url) : verifyParams(webhook, credentials, url);

const verifyParams = async (
  { route, format, signature, query, body }: UnverifiedWebhook,
  credentials: Credentials,
  url: string,
): Promise<VerifiedWebhook | Rejected> => {
  const isGet = format === 'query';
  const params = parseForm(isGet ? query : body);
  const claim = claimOf(params);
  const contents = signedContents(url, query, isGet ? noParams : params);
  const found = await findSigner(credentials, signature, contents, claim);
  if (!('rejection' in found)) {
    return describeWebhook(found.signer, readParams(routes[route].kind, params), params);
  }
  // The first question about a rejected webhook is whose it claims to be.
  const account = claim.kind === 'account' ? { account: claim.accountSid.slice(-6) } : {};
  return { rejection: { ...found.rejection, ...account } };
};

const verifyJson = async (
  { signature, query, body }: UnverifiedWebhook,
  credentials: Credentials,
  url: string,
): Promise<VerifiedWebhook | Rejected> => {
  const contents = signedContents(url, query, noParams);
  const found = await findSigner(credentials, signature, contents, { kind: 'any' });
  if ('rejection' in found) return found;
  switch (verifyBodyHash(query, body)) {
    case 'missing':
      return reject('body_hash_missing', 'bodySHA256 is not in the query');
    case 'mismatch':
      return reject('body_hash_mismatch');
    case 'match':
      return describeWebhook(found.signer, readJson(body), noParams);
  }
};

const signedContents = (url: string, query: string, params: Params): readonly SignedContent[] =>
  query === '' ? [{ url, params }] : queryVariants(query).map((variant) => ({ url: `${url}?${variant}`, params }));

const describeWebhook = (signer: Signer, reading: Reading, params: Params): VerifiedWebhook => {
  const textHash = signedTextHash(signer.signedText);
  return { ...signer, reading, signedTextHash: textHash, eventId: eventIdOf(reading, textHash), params };
};
