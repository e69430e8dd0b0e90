import { maxParams, routes, type RouteName } from '../../lambda/shared/contract/routes';
import { countParams, parseForm } from '../../lambda/shared/payload/form';
import type { UnverifiedWebhook } from '../../lambda/shared/webhook/early-checks';
import { answers, type RejectionReason } from '../../lambda/shared/webhook/rejections';
import { checkBeforeSignature } from './before-signature';
import { headerOf, type Capture } from './capture/capture';
import { addressOf } from './capture/url-parts';
import { findingOf, type Cause, type Finding } from './findings/findings';
import { acceptedNotes } from './findings/notes';
import { causesOfRejection } from './findings/rejection-causes';
import type { Keys } from './gateway/keys';
import { policyFor, type Policy } from './gateway/policy';
import type { Gateway, Question } from './gateway/question';
import { explainMismatch, type Mismatch } from './mismatch/mismatch';
import { readSignature } from './mismatch/signature-header';
import type { Report } from './report';
import { usualLimits, type SearchLimits } from './variants/search';
import { shownName } from './variants/variant';

interface Diagnosis extends Mismatch {
  /** The gateway's answer to the request as captured, with the reason that it logs. */
  readonly answer: { readonly status: number; readonly reason: RejectionReason | 'accepted' };
}

const noSearch: Mismatch = { causes: [], notes: [], tried: 0, isComplete: true };

const explainSignature = async (
  question: Question,
  policy: Policy,
  webhook: UnverifiedWebhook,
  limits: SearchLimits,
): Promise<Mismatch> => {
  const header = readSignature(question.capture);
  const isAltered = header.kind === 'candidates' && header.candidates[0]?.about !== undefined;
  const verified = await policy.verifyWebhook(webhook);
  if (!('rejection' in verified) && !isAltered) return noSearch;
  const rejection = 'rejection' in verified ? verified.rejection : undefined;
  return explainMismatch(question, webhook, rejection, limits);
};

/** What the gateway answers and, for a rejection, everything that is wrong with the request. */
const diagnose = async (question: Question, limits: SearchLimits): Promise<Diagnosis> => {
  const policy = policyFor(question);
  const checked = await policy.checkWebhook();
  if (!('rejection' in checked)) {
    const answer = { status: routes[question.route].acceptedStatus, reason: 'accepted' } as const;
    return { ...noSearch, notes: acceptedNotes(checked, question), answer };
  }
  const { reason } = checked.rejection;
  const early = checkBeforeSignature(question, policy.request);
  const basic = await policy.checkBasicAuth();
  const signature =
    early.unverified === undefined ? noSearch : await explainSignature(question, policy, early.unverified, limits);
  return {
    ...signature,
    causes: [
      ...early.causes,
      ...(basic !== undefined && 'rejection' in basic ? causesOfRejection(basic.rejection) : []),
      ...signature.causes,
    ],
    answer: { status: answers[reason].status, reason },
  };
};

/** The names of a form's parameters; none for other bodies, whose text must not end up as names. */
const parameterNames = (capture: Capture): readonly string[] => {
  const isForm = /^application\/x-www-form-urlencoded/i.test(headerOf(capture, 'content-type') ?? '');
  if (!isForm || countParams(capture.body) > maxParams) return [];
  return [...new Set(Object.keys(parseForm(capture.body)).map(shownName))];
};

/** Distinct keys. */
const tokenCount = ({ keys }: Keys): number => new Set(keys.map(({ secret }) => secret)).size;

const verdictOf = ({ answer, causes }: Diagnosis): Report['verdict'] => {
  if (answer.reason === 'accepted') return 'genuine';
  return causes.every(({ id }) => id === 'no-match' || id === 'no-match-shared-key') ? 'unknown' : 'cause';
};

/**
 * Explains a whole request.
 * @param notes from reading the capture
 */
export const explainRequest = async (
  capture: Capture,
  route: RouteName,
  gateway: Gateway,
  notes: readonly Finding[],
  limits: SearchLimits = usualLimits,
): Promise<Report> => {
  const diagnosis = await diagnose({ ...gateway, capture, route }, limits);
  const wording = { url: addressOf(gateway.configured), stageOption: gateway.stageOption };
  const findingsOf = (causes: readonly Cause[]) => causes.map((cause) => findingOf(cause, wording));
  return {
    verdict: verdictOf(diagnosis),
    causes: findingsOf(diagnosis.causes),
    notes: [...notes, ...findingsOf(diagnosis.notes)],
    gatewayAnswer: diagnosis.answer,
    request: {
      source: capture.source,
      method: /^[A-Za-z]{1,20}$/.test(capture.method) ? capture.method : null,
      route,
      bytes: capture.body.length,
      parameters: parameterNames(capture),
    },
    checked: {
      signatures: diagnosis.tried,
      tokens: tokenCount(gateway.keys),
      isComplete: diagnosis.isComplete,
    },
    missing: [],
  };
};
