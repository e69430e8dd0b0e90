import { presentedSignature, signatureSettingsHeader } from '../../lambda/shared/signature/signature';
import {
  checkBeforeVerification,
  type EarlyCheckOptions,
  type UnverifiedWebhook,
} from '../../lambda/shared/webhook/early-checks';
import type { RejectionReason } from '../../lambda/shared/webhook/rejections';
import type { WebhookRequest } from '../../lambda/shared/payload/request';
import { hostOf, type Capture } from './capture/capture';
import type { Cause } from './findings/findings';
import type { Question } from './gateway/question';
import { causesOfRejection } from './findings/rejection-causes';
import { readSignature } from './mismatch/signature-header';
import { shownPart } from './capture/url-parts';

/** Everything wrong with a request before its signature is checked, and the request without those problems. */
export interface BeforeSignature {
  readonly causes: readonly Cause[];
  /** Undefined where no signature can be searched for. */
  readonly unverified: UnverifiedWebhook | undefined;
}

interface State {
  readonly request: WebhookRequest;
  readonly options: EarlyCheckOptions;
}
/** Fixes one problem, so that the next check runs. */
interface Step extends Partial<State> {
  /** Overrides the cause of the rejection's reason. */
  readonly causes?: readonly Cause[];
  /** The signature cannot be searched for: it is unusable, or the content too large. */
  readonly endsSearch?: boolean;
}

const signatureHeader = 'x-twilio-signature';
/** A well-formed signature that matches nothing: the checks after the header run as well. */
const anySignature = `${'A'.repeat(27)}=`;
/** More than the number of checks. */
const maxSteps = 12;

const withHeaders = (
  request: WebhookRequest,
  changed: Readonly<Record<string, string | undefined>>,
): WebhookRequest => ({
  ...request,
  header: (name) => (Object.hasOwn(changed, name) ? changed[name] : request.header(name)),
});

const allowMethod = ({ request, options }: State): Step => {
  const { method, bodyBytes } = request;
  const about = /^[A-Z]{1,20}$/.test(method) ? method : 'request of an unusual method';
  const causes = [{ id: 'method-not-allowed', about } as const];
  return method === 'GET' && bodyBytes === 0
    ? { causes, options: { ...options, acceptGet: true } }
    : { causes, request: { ...request, method: 'POST' } };
};

const emptyRequest = ({ request }: State): Step => ({
  request: { ...request, query: '', bodyBytes: 0, readBody: () => Buffer.alloc(0) },
  endsSearch: true,
});

/** Gives the request the content type that its body looks like, on a route that reads it. */
const retype = ({ request }: State, { body }: Capture): Step => {
  const isJson = /^\s*[{[]/.test(body.toString('latin1', 0, 100));
  const type = isJson ? 'application/json' : 'application/x-www-form-urlencoded';
  const retyped = withHeaders(request, { 'content-type': type, 'content-encoding': undefined });
  return { request: isJson ? { ...retyped, route: 'events' } : retyped };
};

/** Repairs the signature header; if it is valid, the settings header or the host name was rejected. */
const repairSignature = ({ request, options }: State, capture: Capture): Step => {
  const value = request.header(signatureHeader) ?? '';
  if (presentedSignature(value, request.header(signatureSettingsHeader)) !== undefined) {
    return {
      options: { acceptGet: options.acceptGet },
      causes: [{ id: 'host-not-served', about: shownPart(hostOf(capture) ?? '') }],
    };
  }
  if (presentedSignature(value, undefined) !== undefined) {
    return {
      request: withHeaders(request, { [signatureSettingsHeader]: undefined }),
      causes: [{ id: 'signature-settings' }],
    };
  }
  const read = readSignature(capture);
  if (read.kind !== 'candidates') {
    const causes = [{ id: `signature-${read.kind}` } as const];
    return { request: withHeaders(request, { [signatureHeader]: anySignature }), causes, endsSearch: true };
  }
  // Comparing the signature shows whether the repair is right.
  const repaired = read.candidates[0]?.signature ?? anySignature;
  return { request: withHeaders(request, { [signatureHeader]: repaired }), causes: [] };
};

const steps: Readonly<Partial<Record<RejectionReason, (state: State, capture: Capture) => Step>>> = {
  method_not_allowed: allowMethod,
  payload_too_large: emptyRequest,
  unsupported_media_type: retype,
  signature_missing: repairSignature,
  signature_mismatch: repairSignature,
};

/** Finds everything that the gateway rejects before it reads a key, not only the first problem. */
export const checkBeforeSignature = (question: Question, asCaptured: WebhookRequest): BeforeSignature => {
  const { capture, route, acceptGet, expectedDomainName } = question;
  const causes: Cause[] = [];
  let state: State = { request: asCaptured, options: { acceptGet, expectedDomainName } };
  let endsSearch = false;
  for (let step = 0; step < maxSteps; step += 1) {
    const received = checkBeforeVerification(state.request, state.options);
    if (!('rejection' in received)) {
      return { causes, unverified: endsSearch ? undefined : { ...received, route } };
    }
    const next = steps[received.rejection.reason]?.(state, capture);
    causes.push(...(next?.causes ?? causesOfRejection(received.rejection)));
    if (next === undefined) break;
    endsSearch ||= next.endsSearch === true;
    state = { ...state, ...next };
  }
  return { causes, unverified: undefined };
};
