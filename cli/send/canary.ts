import { randomUUID } from 'node:crypto';
import { canaryParams, canaryUserAgent } from '../../lambda/shared/contract/canary';
import type { AccountSecret, SharedKey } from '../../lambda/shared/credentials/account-secret';
import type { BasicCredential } from '../../lambda/shared/credentials/basic-auth-secret';
import { propagationBoundMs } from '../../lambda/shared/credentials/secret-timing';
import { CliError } from '../terminal/cli-error';
import type { CommandContext } from '../context';
import { isAccepted, type PostAnswer, type PostRequest } from '../clients/post';
import { signWebhook } from './signed-webhook';
import type { Target, WebhookAddress } from '../target/target';
import type { Payload } from './twilio-payloads';
import { cli } from '../terminal/program-name';

/** Retries for twice as long as an environment may need to read a new token. */
export const pauseMs = 2_000;
export const canaryTries = Math.ceil((2 * propagationBoundMs) / pauseMs);

/** Every canary of an account that a command sends has this id: the table holds one item at most, and for a day. */
const canaryId = 'cli';

const canaryPayload = (accountSid: string, id: string): Payload => ({
  route: 'events',
  kind: 'event',
  sid: 'canary',
  content: {
    type: 'form',
    params: canaryParams(accountSid, id),
  },
});

/** A harmless webhook that proves, through the public URL, that the gateway accepts a token or a SharedKey. */
export const canaryRequest = (
  target: Target,
  account: AccountSecret,
  basic: BasicCredential | undefined,
  sharedKey?: SharedKey,
): PostRequest => canaryTo(target.webhooks.events, account, canaryId, { basic, sharedKey });

/** A canary for another URL or with another id. */
export const canaryTo = (
  address: WebhookAddress,
  { accountSid, authToken }: AccountSecret,
  id: string,
  keys: { readonly basic?: BasicCredential | undefined; readonly sharedKey?: SharedKey | undefined } = {},
): PostRequest => {
  const { url, headers, body } = signWebhook(canaryPayload(accountSid, id), address, {
    authToken,
    sharedKey: keys.sharedKey,
    query: '',
    tamper: false,
    idempotencyToken: randomUUID(),
    basic: keys.basic,
  });
  return { url, headers: { ...headers, 'user-agent': canaryUserAgent }, body };
};

export interface CanaryResult {
  readonly isAccepted: boolean;
  readonly tries: number;
  /** The last one. */
  readonly answer: PostAnswer;
}

export const answerSummary = (answer: PostAnswer): string =>
  answer.kind === 'failure' ? `no answer (${answer.code})` : `status ${answer.status} in ${answer.durationMs} ms`;

/** Sends a canary until it is accepted, for a bounded time: the gateway may still have the old secret cached. */
export const sendCanary = async (
  request: PostRequest,
  { post, sleep, output, signal }: Pick<CommandContext, 'post' | 'sleep' | 'output' | 'signal'>,
): Promise<CanaryResult> => {
  for (let tries = 1; ; tries += 1) {
    signal.throwIfAborted();
    const answer = await post(request);
    signal.throwIfAborted();
    if (isAccepted(answer) || tries === canaryTries) return { isAccepted: isAccepted(answer), tries, answer };
    if (tries === 1 || tries % 5 === 0) {
      output.note(
        `Canary ${tries} of ${canaryTries}: ${answerSummary(answer)}. The gateway may not have read the change yet; ` +
          'trying again …',
      );
    }
    await sleep(pauseMs);
  }
};

/** What to do if every canary was rejected. */
const adviceFor = (answer: PostAnswer, stageOption: string): string => {
  if (answer.kind === 'failure' || answer.status >= 500 || answer.status === 429) {
    return (
      `Next: ${cli} doctor${stageOption}, which shows whether the gateway's URLs answer and its secrets can be ` +
      'used.'
    );
  }
  switch (answer.status) {
    case 401:
      return (
        'The gateway rejects the user name and password of its own Basic secret. ' +
        `Next: ${cli} secret basic status${stageOption}`
      );
    case 403:
      return (
        'The gateway does not accept its signature. ' +
        `Next: ${cli} secret status${stageOption} shows which versions are stored; if they are right, ` +
        'the URL in the stack’s outputs is not the one that ingress verifies: deploy again.'
      );
    default:
      return `Next: ${cli} doctor${stageOption}`;
  }
};

/** @param now the current state; the error begins with it @throws CliError unless the canary was accepted */
export const requireAccepted = (
  { isAccepted: ok, answer, tries }: CanaryResult,
  now: string,
  stageOption: string,
  afterwards = '',
): void => {
  if (ok) return;
  throw new CliError(
    `${now}, but a canary signed with it was rejected ${tries} times: ${answerSummary(answer)}.\n` +
      `${adviceFor(answer, stageOption)}${afterwards}`,
  );
};

/** Waits until every environment of the gateway accepts a token that was stored before the call. */
export const waitForPropagation = async ({
  sleep,
  output,
  signal,
}: Pick<CommandContext, 'sleep' | 'output' | 'signal'>): Promise<void> => {
  const stepMs = 5_000;
  for (let leftMs = propagationBoundMs; leftMs > 0; leftMs -= stepMs) {
    signal.throwIfAborted();
    output.note(`Waiting until every environment of the gateway has read it: ${leftMs / 1000} s`);
    await sleep(Math.min(stepMs, leftMs));
  }
};
