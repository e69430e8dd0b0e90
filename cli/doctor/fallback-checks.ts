import { randomUUID } from 'node:crypto';
import type { Backend } from '../clients/ports';
import { twilioLane } from '../clients/twilio-lane';
import { isAccepted, type PostAnswer } from '../clients/post';
import type { CommandContext } from '../context';
import { answerSummary, canaryTo } from '../send/canary';
import { readAccountSecrets } from '../target/account-secrets';
import type { FallbackTarget } from '../target/target';
import { cli } from '../terminal/program-name';
import { onlyFact, onlyFindings, onlySkipped, problem, type DoctorResult } from './finding';

const check = 'fallback-lane';
/** Lambda may start the function and the consumer: a few seconds. `drain` runs once a minute. */
const waitMsFor = ({ isInOtherRegion }: FallbackTarget): number => (isInOtherRegion === true ? 90_000 : 20_000);
const pollMs = 500;

/** Sends a signed canary through the fallback lane, and waits until it is in the table. */
export const checkFallbackLane = async (
  backend: Backend,
  { post, sleep, signal, output }: Pick<CommandContext, 'post' | 'sleep' | 'signal' | 'output'>,
  stageOption: string,
): Promise<DoctorResult> => {
  const { target, hasCanary } = backend;
  if (hasCanary === undefined) return onlyFindings();
  const fallback = await twilioLane(backend, signal);
  if (fallback === undefined) return onlyFindings();
  const [account] = (await readAccountSecrets(await backend.secrets(), target.secretIds)).accounts;
  // Secrets that cannot be used are findings of `checkGateway`.
  if (account === undefined) return onlySkipped(check, 'no account secret can be used');
  const canaryId = `doctor-${randomUUID()}`;
  const answer = await post(canaryTo(fallback, account, canaryId));
  if (!isAccepted(answer)) return refused(fallback, answer);
  const waitMs = waitMsFor(fallback);
  if (fallback.isInOtherRegion === true) {
    output.note(`A signed request is in the other region; \`drain\` takes it home: up to ${waitMs / 1000} s …`);
  }
  for (let waitedMs = 0; waitedMs <= waitMs; waitedMs += pollMs) {
    signal.throwIfAborted();
    if (await hasCanary(account.accountSid, canaryId)) {
      return onlyFact(check, `a signed request came through ${fallback.postUrl} and was stored`);
    }
    await sleep(pollMs);
  }
  return onlyFindings(
    problem(
      check,
      fallback.postUrl,
      `the lane took a signed request, which was not stored within ${waitMs / 1000} s`,
      `look into the log of ${functionsOf(fallback)}, then ` +
        `\`${cli} dead-letters list --queue fallback${stageOption}\``,
    ),
  );
};

const functionsOf = ({ isInOtherRegion }: FallbackTarget): string =>
  isInOtherRegion === true ? 'the functions `drain` and `fallback`' : 'the function `fallback`';

const refused = ({ postUrl }: FallbackTarget, answer: PostAnswer): DoctorResult =>
  onlyFindings(
    problem(
      check,
      postUrl,
      `the lane did not take a signed request: ${answerSummary(answer)}`,
      'deploy again; if it stays so, check the role of API Gateway for the lane and the key of its queue',
    ),
  );
