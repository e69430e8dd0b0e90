import type { Credentials } from '../credentials/credentials';
import { raceDeadline } from '../runtime/deadline';
import type { RouteName } from '../contract/routes';
import { credentialRejection } from '../signature/find-signer';
import type { BasicAuth, BasicVerdict } from './basic-auth';
import { checkBeforeVerification, type ReceiveOptions, type UnverifiedWebhook } from './early-checks';
import { reject, type Rejection } from './rejections';
import type { WebhookRequest } from '../payload/request';
import { createVerifyWebhook, type SignedUrlOf, type VerifiedWebhook } from '../signature/verify-webhook';

/** What a request is, and with which keys it was proven. */
export interface AcceptedWebhook {
  readonly received: UnverifiedWebhook;
  readonly webhook: VerifiedWebhook;
  /** A secret that was needed is older than wanted. */
  readonly staleSecret: boolean;
}

export interface DecideOptions extends ReceiveOptions {
  readonly signedUrlOf: SignedUrlOf;
}

/**
 * Whether a request is a genuine webhook: the one order of all checks, for the gateway and for whoever explains its answers. What
 * is accepted may be acknowledged once it is on the queue.
 */
export const createDecide = (
  {
    credentials,
    basicAuth,
  }: {
    readonly credentials: Credentials;
    /** Undefined where the stage has no Basic authentication. */
    readonly basicAuth: BasicAuth | undefined;
  },
  options: DecideOptions,
) => {
  const verifyWebhook = createVerifyWebhook(credentials, options.signedUrlOf);

  /** Before the signature, after what no retry with credentials could heal: an account without any token. */
  const authenticate = async (request: WebhookRequest): Promise<BasicVerdict> => {
    if (basicAuth === undefined) return { stale: false };
    // Both are read at once, because a cold start has neither.
    const [{ usable, failures }, verdict] = await Promise.all([
      credentials.accounts(),
      basicAuth.check(request.header('authorization')),
    ]);
    const [failure] = failures;
    return usable.length === 0 && failure !== undefined ? credentialRejection(failure) : verdict;
  };

  return async (
    request: WebhookRequest,
    signal: AbortSignal,
  ): Promise<AcceptedWebhook | { readonly rejection: Rejection }> => {
    const received = checkBeforeVerification(request, options);
    if ('rejection' in received) return received;
    const admitted = await raceDeadline<BasicVerdict>(signal, authenticate(request), () =>
      reject('basic_secret_unavailable', 'no secret was read in time'),
    );
    if ('rejection' in admitted) return admitted;
    const webhook = await raceDeadline<VerifiedWebhook | { readonly rejection: Rejection }>(
      signal,
      verifyWebhook(received),
      () => reject('credentials_unavailable', 'no secret was read in time'),
    );
    if ('rejection' in webhook) return webhook;
    return { received, webhook, staleSecret: webhook.stale || admitted.stale };
  };
};

/** `/messages` is asked for TwiML; the others need no content. */
export const acceptedStatus = (route: RouteName): 200 | 204 => (route === 'messages' ? 200 : 204);
