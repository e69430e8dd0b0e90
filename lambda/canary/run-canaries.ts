import { describeError } from '../shared/runtime/describe-error';
import type { AccountToken, CanaryPorts } from './ports';
import { createWaitForPublished, type WaitForPublished } from './published-ids';
import { sendCanary, type CanaryFailure } from './send-canary';

export interface CanaryOptions {
  readonly eventsUrl: string;
  readonly accountSecretArns: readonly string[];
}

/** Canaries that run at once. Each listens to the signal; Node warns above ten. */
const concurrency = 5;
/** Between two looks at the table. */
const pauseMs = 200;

interface Outcome {
  readonly failure?: CanaryFailure;
  readonly durationMs: number;
}

/**
 * Sends a canary for each account and follows it. One run is one success or one failure: an alarm on two runs without
 * success then means the same for one account and for many.
 * @param signal ends the run: what was not seen until then has failed
 */
export const runCanaries = async (ports: CanaryPorts, options: CanaryOptions, signal: AbortSignal): Promise<void> => {
  const { log, metrics, takePublished } = ports;
  const waitForPublished = takePublished && createWaitForPublished(takePublished);
  const outcomes: Outcome[] = [];
  const waiting = options.accountSecretArns.values();
  const work = async (): Promise<void> => {
    for (const arn of waiting) {
      if (signal.aborted) return;
      outcomes.push(await runCanary(ports, options.eventsUrl, arn, waitForPublished, signal));
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  const isComplete = outcomes.length === options.accountSecretArns.length;
  if (!isComplete || outcomes.some(({ failure }) => failure !== undefined)) {
    metrics.count('CanaryFailed');
    return;
  }
  const durationMs = Math.max(...outcomes.map((outcome) => outcome.durationMs));
  metrics.count('CanarySucceeded');
  metrics.count('CanaryLatency', durationMs);
  log('info', { reason: 'canary_succeeded', durationMs });
};

const runCanary = async (
  ports: CanaryPorts,
  eventsUrl: string,
  arn: string,
  waitForPublished: WaitForPublished | undefined,
  signal: AbortSignal,
): Promise<Outcome> => {
  const token = await ports.readToken(arn, signal);
  if (token.kind === 'unusable') return reported(ports, undefined, { ...token, reason: 'canary_secret_not_usable' });
  const authorization = await ports.readAuthorization?.(signal);
  if (authorization?.kind === 'unusable') {
    return reported(ports, token, { ...authorization, reason: 'canary_secret_not_usable' });
  }
  // Meanwhile: the answer of Twilio is not part of the canary's time.
  const checked = checkToken(ports, token, signal);
  const canaryId = ports.newId();
  const startedAt = ports.now();
  const failure =
    (await sendCanary(ports, eventsUrl, token, canaryId, authorization?.header, signal)) ??
    (await findFailure('canary_not_stored', () => waitUntilStored(ports, token, canaryId, signal))) ??
    (waitForPublished && (await findFailure('canary_not_published', () => waitForPublished(canaryId, signal))));
  const durationMs = ports.now() - startedAt;
  if (failure?.reason !== 'canary_dns_failed') await removeItem(ports, token, canaryId);
  const refusal = await checked;
  if (refusal !== undefined) reported(ports, token, refusal);
  if (failure !== undefined) reported(ports, token, failure, durationMs);
  const first = refusal ?? failure;
  return { ...(first === undefined ? {} : { failure: first }), durationMs };
};

/**
 * Ingress and the canary read the same secret, so only Twilio can say whether it signs with this token.
 * @returns undefined unless Twilio refuses the token: that Twilio does not answer is not a failure of the gateway
 */
const checkToken = async (
  { checkToken: check, log, metrics }: CanaryPorts,
  token: AccountToken,
  signal: AbortSignal,
): Promise<CanaryFailure | undefined> => {
  if (check === undefined) return undefined;
  const result = await check(token, signal);
  switch (result.kind) {
    case 'accepted':
      return undefined;
    case 'refused':
      return {
        reason: 'canary_token_refused',
        detail: 'Twilio does not accept the Auth Token in the secret: its webhooks have another signature',
        status: result.status,
      };
    case 'unknown': {
      const { status, errorName } = result;
      metrics.count('CanaryTokenUnknown');
      const account = token.accountSid.slice(-6);
      log('warn', { reason: 'canary_token_unknown', detail: 'Twilio did not say', status, errorName, account });
      return undefined;
    }
  }
};

const waitUntilStored = async (
  { isStored, sleep }: CanaryPorts,
  { accountSid }: AccountToken,
  canaryId: string,
  signal: AbortSignal,
): Promise<boolean> => {
  while (!signal.aborted) {
    if (await isStored(accountSid, canaryId, signal)) return true;
    await sleep(pauseMs, signal);
  }
  return false;
};

const details = {
  canary_not_stored: 'accepted, but its item is not in the table: look at the event queue and the consumer',
  canary_not_published: 'stored, but its event did not come out of the topic: look at the publisher',
} as const;

/** @param wait whether the canary was seen before the time was up */
const findFailure = async (
  reason: keyof typeof details,
  wait: () => Promise<boolean>,
): Promise<CanaryFailure | undefined> => {
  try {
    return (await wait()) ? undefined : { reason, detail: details[reason] };
  } catch (error) {
    return { reason, detail: details[reason], ...describeError(error) };
  }
};

/** An item that stays expires by itself, so the canary came through nevertheless. */
const removeItem = async ({ remove, log }: CanaryPorts, { accountSid }: AccountToken, id: string): Promise<void> => {
  try {
    await remove(accountSid, id);
  } catch (error) {
    log('warn', { reason: 'canary_not_removed', account: accountSid.slice(-6), ...describeError(error) });
  }
};

const reported = (
  { log }: CanaryPorts,
  token: AccountToken | undefined,
  { reason, detail, status, errorName, serviceStatus }: CanaryFailure,
  durationMs = 0,
): Outcome => {
  const account = token?.accountSid.slice(-6);
  log('error', { reason, detail, status, errorName, serviceStatus, account, durationMs });
  return { failure: { reason }, durationMs };
};
