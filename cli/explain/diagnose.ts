import { parseForm, type Params } from '../../lambda/shared/form';
import type { RouteName } from '../../lambda/shared/routes';
import { accountRefusal, claimedAccount, ownKeysFirst, tokenCause } from './account';
import { basicRefusal } from './basic-auth';
import { bodyHashRefusal } from './body-hash';
import type { Capture } from './capture';
import { cluesOf } from './clues';
import type { Cause, CauseId } from './findings';
import type { Keys } from './keys';
import { findMatch, type Match } from './match';
import type { Question } from './question';
import {
  bodyFormat,
  refusalOfParamCount,
  refusalsAfterSignature,
  refusalsBeforeSignature,
  type BodyFormat,
  type Refusal,
} from './refusals';
import { readSignature } from './signature-header';
import type { Content } from './variant';

/** What the gateway answers to the request as it is, with the reason of its log. */
export interface GatewayAnswer {
  readonly status: number;
  readonly reason: string;
}

export interface Diagnosis {
  /** Empty for a genuine request. */
  readonly causes: readonly Cause[];
  /** Worth knowing, but no cause. */
  readonly notes: readonly Cause[];
  readonly answer: GatewayAnswer;
  /** How many signatures were compared. */
  readonly tried: number;
  /** False where a limit ended the search. */
  readonly isComplete: boolean;
}

const accepted = (route: RouteName): GatewayAnswer => ({
  status: route === 'messages' ? 200 : 204,
  reason: 'accepted',
});

const headerRefusal = (kind: 'missing' | 'malformed'): Refusal => ({
  status: 403,
  reason: kind === 'missing' ? 'signature_missing' : 'signature_mismatch',
  cause: { id: `signature-${kind}` },
});

/** How the body was meant to be read by whoever signed it, which a content type may belie. */
const meantFormat = (format: BodyFormat, match: Match | undefined): BodyFormat => {
  const has = (...ids: readonly CauseId[]) => match?.causes.some(({ id }) => ids.includes(id)) === true;
  if (has('json-as-form', 'body-hash-missing')) return 'json';
  return has('form-as-json') ? 'form' : format;
};

/** The parameters that identify the request, where the signed content itself has none. */
const paramsMeant = (capture: Capture, content: Content, match: Match | undefined): Params => {
  for (const { params } of [match?.content ?? content, content])
    if (Object.keys(params).length > 0) return params;
  return capture.method === 'POST' ? {} : parseForm(capture.url.query ?? '');
};

const tokenNotes = (match: Match | undefined, token: Cause | undefined, { keys }: Keys): readonly Cause[] => {
  if (match !== undefined) {
    return match.key.slot === 'pending' && token === undefined ? [{ id: 'token-pending' }] : [];
  }
  const isOdd = keys.some(({ slot, authToken }) => slot === 'entered' && !/^[0-9a-f]{32}$/i.test(authToken));
  return isOdd ? [{ id: 'token-form' }] : [];
};

const diagnoseSignature = (question: Question, before: readonly Refusal[]): Diagnosis => {
  const { capture, route, configured, keys } = question;
  const header = readSignature(capture);
  const candidates = header.kind === 'candidates' ? header.candidates : [];
  const read = bodyFormat(capture, route);
  const looksLikeJson = /^\s*[{[]/.test(capture.body.toString('latin1', 0, 100));
  const format = typeof read === 'string' ? read : looksLikeJson ? 'json' : 'form';
  // API Gateway does not tell an empty query from none.
  const query = capture.url.query === '' ? undefined : capture.url.query;
  const content: Content = {
    url: { ...configured, userinfo: '', fragment: '', query },
    params: format === 'json' ? {} : parseForm(capture.body),
  };
  const sentParams = paramsMeant(capture, content, undefined);
  const { match, isUnchanged, tried, isComplete } = findMatch(
    content,
    ownKeysFirst(keys.keys, sentParams),
    candidates,
    cluesOf(question),
  );
  const meant = meantFormat(format, match);
  const params = paramsMeant(capture, content, match);
  const account = accountRefusal(meant, params, keys);
  const token = match && tokenCause(match.key, meant === 'json' ? undefined : claimedAccount(params));
  const hash = match !== undefined && meant === 'json' ? bodyHashRefusal(match, capture.body) : undefined;
  const signed = meant === 'json' ? { json: capture.body } : { params };
  const after = match === undefined ? [] : refusalsAfterSignature(route, query ?? '', signed);

  const isAnonymous = account?.cause.id === 'account-missing';
  // A form that names no account is verified all the same, with the current tokens, so that its answer is about that.
  const isVerified = isUnchanged && isAnonymous && match?.key.slot === 'current';
  const isRefused = !isUnchanged || token?.id === 'token-other-account';
  const basic = basicRefusal(capture, question.basic);
  const { status, reason } =
    before[0] ??
    basic ??
    (isVerified ? undefined : accountRefusal(format, sentParams, keys)) ??
    (isRefused ? { status: 403, reason: 'signature_mismatch' } : undefined) ??
    hash ??
    after[0] ??
    accepted(route);

  // That the account is missing is said once.
  const unsaid = after.filter(({ cause }) => !isAnonymous || cause.about?.startsWith('AccountSid') !== true);
  const isUnexplained = match === undefined && (account === undefined || isAnonymous);
  const causesOf = (refusals: readonly (Refusal | undefined)[]): readonly Cause[] =>
    refusals.flatMap((refusal) => (refusal === undefined ? [] : [refusal.cause]));
  return {
    causes: [
      ...(token === undefined ? [] : [token]),
      ...(match?.causes ?? []),
      ...causesOf([basic, hash, account]),
      ...(isUnexplained ? [{ id: 'no-match' } as const] : []),
      ...causesOf([...before, ...unsaid]),
    ],
    notes: tokenNotes(match, token, keys),
    answer: { status, reason },
    tried,
    isComplete,
  };
};

/** Finds out why a request is refused, or that it is genuine. Pure: no clock, network or file. */
export const diagnose = (question: Question): Diagnosis => {
  const { capture, route } = question;
  const before = refusalsBeforeSignature(capture, route);
  const { kind } = readSignature(capture);
  const broken = kind === 'candidates' ? undefined : headerRefusal(kind);
  const tooMany = refusalOfParamCount(capture, route);
  const isTooLarge = [...before, tooMany].some((refusal) => refusal?.status === 413);
  if (broken === undefined && !isTooLarge) return diagnoseSignature(question, before);
  // Nothing to search for, or too much of it. The order is that of the gateway.
  const refusals = [...before, broken, tooMany].filter((refusal) => refusal !== undefined);
  const { status, reason } = refusals[0] ?? accepted(route);
  const causes = refusals.map(({ cause }) => cause);
  return { causes, notes: [], answer: { status, reason }, tried: 0, isComplete: true };
};
