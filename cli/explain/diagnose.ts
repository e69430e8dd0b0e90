import { acceptedStatus } from '../../lambda/shared/webhook/decide';
import type { UnverifiedWebhook } from '../../lambda/shared/webhook/early-checks';
import { answers, type Rejection, type RejectionReason } from '../../lambda/shared/webhook/rejections';
import { beforeSignature } from './before-signature';
import type { Cause } from './findings/findings';
import { explainMismatch, type Mismatch } from './mismatch/mismatch';
import { acceptedNotes } from './findings/notes';
import { policyFor } from './gateway/policy';
import type { Question } from './gateway/question';
import { causeOfRefusal } from './findings/rejection-causes';
import type { SearchLimits } from './variants/search';
import { readSignature } from './mismatch/signature-header';

/** What the gateway answers to the request as it is, with the reason of its log. */
export interface GatewayAnswer {
  readonly status: number;
  readonly reason: RejectionReason | 'accepted';
}

export interface Diagnosis {
  /** Empty for a request that the gateway accepts. */
  readonly causes: readonly Cause[];
  /** Worth knowing, but no cause. */
  readonly notes: readonly Cause[];
  readonly answer: GatewayAnswer;
  /** How many signatures were compared beside what the gateway compares. */
  readonly tried: number;
  /** False where a limit ended the search. */
  readonly isComplete: boolean;
}

const noSearch: Mismatch = { causes: [], notes: [], tried: 0, isComplete: true };

const causesOf = (outcome: object | { readonly rejection: Rejection } | undefined): readonly Cause[] =>
  outcome !== undefined && 'rejection' in outcome ? causeOfRefusal(outcome.rejection) : [];

const signatureCauses = async (
  question: Question,
  webhook: UnverifiedWebhook,
  limits: SearchLimits,
): Promise<Mismatch> => {
  const header = readSignature(question.capture);
  const isAltered = header.kind === 'candidates' && header.candidates[0]?.about !== undefined;
  const verdict = await policyFor(question).verifyWebhook(webhook);
  if (!('rejection' in verdict) && !isAltered) return noSearch;
  const rejection = 'rejection' in verdict ? verdict.rejection : undefined;
  return explainMismatch(question, webhook, rejection, limits);
};

/** Finds out what the gateway answers and, where that is a refusal, all that is in the way. It waits for nothing. */
export const diagnose = async (question: Question, limits: SearchLimits): Promise<Diagnosis> => {
  const policy = policyFor(question);
  const decision = await policy.decide();
  if (!('rejection' in decision)) {
    const answer = { status: acceptedStatus(question.route), reason: 'accepted' } as const;
    return { ...noSearch, notes: acceptedNotes(decision, question), answer };
  }
  const { reason } = decision.rejection;
  const before = beforeSignature(question, policy.request);
  const basic = causesOf(await policy.checkBasicAuth());
  const { unverified } = before;
  const signature = unverified === undefined ? noSearch : await signatureCauses(question, unverified, limits);
  return {
    ...signature,
    causes: [...before.causes, ...basic, ...signature.causes],
    answer: { status: answers[reason].status, reason },
  };
};
