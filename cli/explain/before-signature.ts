import { presentedSignature, signatureSettingsHeader } from '../../lambda/shared/signature/signature';
import {
  checkBeforeVerification,
  type ReceiveOptions,
  type UnverifiedWebhook,
} from '../../lambda/shared/webhook/early-checks';
import type { RejectionReason } from '../../lambda/shared/webhook/rejections';
import type { WebhookRequest } from '../../lambda/shared/payload/request';
import { hostOf, type Capture } from './capture/capture';
import type { Cause } from './findings/findings';
import type { Question } from './gateway/question';
import { causeOfRefusal } from './findings/rejection-causes';
import { readSignature } from './mismatch/signature-header';
import { shownPart } from './capture/url-parts';

/** What is refused before the signature, and the request less all of that. */
export interface BeforeSignature {
  readonly causes: readonly Cause[];
  /** Undefined where there is nothing to search with, or too much to search in. */
  readonly unverified: UnverifiedWebhook | undefined;
}

interface State {
  readonly request: WebhookRequest;
  readonly options: ReceiveOptions;
}
/** What changes so that the next check shows. */
interface Step extends Partial<State> {
  /** In place of what the refusal's reason says. */
  readonly causes?: readonly Cause[];
  /** No signature can be searched for. */
  readonly isHopeless?: boolean;
}

const signatureHeader = 'x-twilio-signature';
/** Has the form of a signature, so that what is refused behind the header shows as well. */
const anySignature = `${'A'.repeat(27)}=`;
/** More than there are kinds of refusals. */
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

const empty = ({ request }: State): Step => ({
  request: { ...request, query: '', bodyBytes: 0, readBody: () => Buffer.alloc(0) },
  isHopeless: true,
});

/** As the type that the body seems to be of, on a route that reads it. */
const retype = ({ request }: State, { body }: Capture): Step => {
  const isJson = /^\s*[{[]/.test(body.toString('latin1', 0, 100));
  const type = isJson ? 'application/json' : 'application/x-www-form-urlencoded';
  const retyped = withHeaders(request, { 'content-type': type, 'content-encoding': undefined });
  return { request: isJson ? { ...retyped, route: 'events' } : retyped };
};

/** The header is repaired if that is possible; else what stands beside it, or the host that was called, is refused. */
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
    return { request: withHeaders(request, { [signatureHeader]: anySignature }), causes, isHopeless: true };
  }
  // Whether the repair is right shows when the signature is compared.
  const repaired = read.candidates[0]?.signature ?? anySignature;
  return { request: withHeaders(request, { [signatureHeader]: repaired }), causes: [] };
};

const steps: Readonly<Partial<Record<RejectionReason, (state: State, capture: Capture) => Step>>> = {
  method_not_allowed: allowMethod,
  payload_too_large: empty,
  unsupported_media_type: retype,
  signature_missing: repairSignature,
  signature_mismatch: repairSignature,
};

/** Everything that the gateway refuses before it looks for a key, and not only what it refuses first. */
export const beforeSignature = (question: Question, asCaptured: WebhookRequest): BeforeSignature => {
  const { capture, route, acceptGet, expectedDomainName } = question;
  const causes: Cause[] = [];
  let state: State = { request: asCaptured, options: { acceptGet, expectedDomainName } };
  let isHopeless = false;
  for (let step = 0; step < maxSteps; step += 1) {
    const received = checkBeforeVerification(state.request, state.options);
    if (!('rejection' in received)) {
      return { causes, unverified: isHopeless ? undefined : { ...received, route } };
    }
    const next = steps[received.rejection.reason]?.(state, capture);
    causes.push(...(next?.causes ?? causeOfRefusal(received.rejection)));
    if (next === undefined) break;
    isHopeless ||= next.isHopeless === true;
    state = { ...state, ...next };
  }
  return { causes, unverified: undefined };
};
