import { parseForm, type Params } from '../../../lambda/shared/payload/form';
import { presentedSignature } from '../../../lambda/shared/signature/signature';
import { claimOf, type AccountClaim } from '../../../lambda/shared/signature/find-signer';
import { queryVariants } from '../../../lambda/shared/signature/query-variants';
import type { UnverifiedWebhook } from '../../../lambda/shared/webhook/early-checks';
import type { Rejection } from '../../../lambda/shared/webhook/rejections';
import { accountSuffix } from '../../target/account-secrets';
import { bodyHashCause } from './body-hash';
import { headerOf } from '../capture/capture';
import { hintsOf } from './hints';
import type { Cause, CauseId } from '../findings/findings';
import type { Key } from '../gateway/keys';
import { findMatch } from './match';
import { keyNotes } from '../findings/notes';
import type { Question } from '../gateway/question';
import { causesOfRejection } from '../findings/rejection-causes';
import type { Match, SearchLimits, SearchResult } from '../variants/search';
import { readSignature } from './signature-header';
import type { Content } from '../variants/variant';

/** The problems of a signature, and the effort of the search. */
export interface Mismatch extends Omit<SearchResult, 'match'> {
  readonly causes: readonly Cause[];
  readonly notes: readonly Cause[];
}

const contentsOf = (
  { configured }: Question,
  { format, query, body }: UnverifiedWebhook,
): readonly [Content, ...Content[]] => {
  const params = format === 'form' ? parseForm(body) : {};
  // API Gateway passes an empty query and a missing one on alike.
  const url = { ...configured, userinfo: '', fragment: '', query: query === '' ? undefined : query };
  const others = queryVariants(query).filter((form) => form !== query);
  return [{ url, params }, ...others.map((form): Content => ({ url: { ...url, query: form }, params }))];
};

const has = (match: Match | undefined, ...ids: readonly CauseId[]): boolean =>
  match?.causes.some(({ id }) => ids.includes(id)) === true;

/** Whether the body was signed as JSON, whatever the content type says. */
const isJsonMeant = (format: UnverifiedWebhook['format'], match: Match | undefined): boolean =>
  has(match, 'json-as-form', 'body-hash-missing') || (format === 'json' && !has(match, 'form-as-json'));

/** The parameters that may name the account: those of the match, else of the request. */
const paramsMeant = (webhook: UnverifiedWebhook, content: Content, match: Match | undefined): Params => {
  for (const { params } of [match?.content ?? content, content]) if (Object.keys(params).length > 0) return params;
  return webhook.format === 'query' ? parseForm(webhook.query) : {};
};

/** Puts the keys of the account that the form names first. */
const ownKeysFirst = (keys: readonly Key[], claim: AccountClaim): readonly Key[] => {
  const isOwn = ({ accountSid }: Key) =>
    claim.kind === 'any' || accountSid === undefined || accountSid === claim.accountSid;
  return [...keys.filter(isOwn), ...keys.filter((key) => !isOwn(key))];
};

/** Problems of the key that matches, even if the request is accepted. */
const keyCauses = ({ slot, accountSid, counts, algorithm }: Key, claim: AccountClaim): readonly Cause[] => {
  if (claim.kind === 'account' && accountSid !== undefined && accountSid !== claim.accountSid) {
    return [{ id: 'token-other-account', about: accountSuffix(accountSid) }];
  }
  if (counts) return [];
  return algorithm === 'HMAC-SHA1'
    ? [{ id: 'token-previous' }]
    : [{ id: 'shared-key-not-current', about: slot === 'pending' ? 'AWSPENDING' : 'AWSPREVIOUS' }];
};

/** Why the gateway accepts no key, whatever the signature: an unknown account, or unusable secrets. */
const accountCauses = (rejection: Rejection, claim: AccountClaim, { keys }: Question): readonly Cause[] => {
  if (rejection.reason.startsWith('credentials_')) return causesOfRejection(rejection);
  const isKnown = claim.kind === 'any' || keys.accountSids === undefined || keys.accountSids.includes(claim.accountSid);
  return isKnown ? [] : [{ id: 'account-unknown', about: accountSuffix(claim.accountSid) }];
};

/** The cause to report where nothing matches. */
const unexplained = (signature: string, claim: AccountClaim, { capture, keys }: Question): CauseId => {
  const header = headerOf(capture, 'x-twilio-signature') ?? '';
  if (presentedSignature(header, undefined) === undefined)
    return header === '' ? 'signature-missing' : 'signature-malformed';
  if (presentedSignature(signature, undefined)?.algorithm !== 'HMAC-SHA256') return 'no-match';
  // An entered key is more likely an Auth Token.
  const isStored = keys.keys.some(
    ({ algorithm, accountSid, counts }) =>
      algorithm === 'HMAC-SHA256' &&
      counts &&
      accountSid !== undefined &&
      (claim.kind === 'any' || accountSid === claim.accountSid),
  );
  return isStored ? 'no-match-shared-key' : 'shared-key-missing';
};

/**
 * Explains why a signature is refused.
 * @param rejection why the gateway rejects the request once everything before the signature is fixed
 */
export const explainMismatch = (
  question: Question,
  webhook: UnverifiedWebhook,
  rejection: Rejection | undefined,
  limits: SearchLimits,
): Mismatch => {
  const { keys, capture } = question;
  const header = readSignature(capture);
  const candidates = header.kind === 'candidates' ? header.candidates : [];
  const contents = contentsOf(question, webhook);
  const [content] = contents;
  const sent = claimOf(paramsMeant(webhook, content, undefined));
  const own = ownKeysFirst(keys.keys, sent);
  const { match, ...effort } = findMatch(contents, own, candidates, hintsOf(question), limits);
  const isJson = isJsonMeant(webhook.format, match);
  const claim: AccountClaim = isJson ? { kind: 'any' } : claimOf(paramsMeant(webhook, content, match));
  const hash = match !== undefined && isJson ? bodyHashCause(match, webhook.body) : undefined;
  const account = rejection === undefined ? [] : accountCauses(rejection, claim, question);
  const nothingMatches = match === undefined && account.length === 0;
  return {
    causes: [
      ...(match === undefined ? [] : [...keyCauses(match.key, claim), ...match.causes]),
      ...(hash === undefined ? [] : [hash]),
      ...account,
      ...(nothingMatches ? [{ id: unexplained(webhook.signature.signature, claim, question) }] : []),
    ],
    notes: keyNotes(match?.key, question),
    ...effort,
  };
};
