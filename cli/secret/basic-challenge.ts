import { CliError } from '../terminal/cli-error';
import { answerSummary, canaryTries, pauseMs } from '../send/canary';
import type { CommandContext } from '../context';
import type { Post, PostAnswer } from '../clients/post';
import type { Target } from '../target/target';
import { propsPlace } from '../terminal/program-name';

/** Some AWS services rename the response header. Twilio knows only the real name. */
const header = 'www-authenticate';
const renamedHeader = `x-amzn-remapped-${header}`;

/** Has the form of a signature: a request without one is rejected before the challenge. */
const shapedSignature = Buffer.alloc(20).toString('base64');

/** The answer to a webhook without credentials. */
type Challenge =
  | { readonly kind: 'ok' }
  /** Twilio would not send its credentials after this answer. `text` says what is wrong. */
  | { readonly kind: 'unusable'; readonly text: string }
  /** Not a 401, so the header is unknown. */
  | { readonly kind: 'other'; readonly text: string };

export const unusableChallengeAdvice =
  'Twilio will never answer the challenge: do not use basicAuth behind this API ' +
  `(remove it in ${propsPlace} and deploy)`;

const challengeOf = (answer: PostAnswer): Challenge => {
  if (answer.kind === 'failure' || answer.status !== 401) {
    return { kind: 'other', text: answerSummary(answer) };
  }
  const valuesOf = (name: string): readonly string[] =>
    (answer.headers ?? []).flatMap(([sent, value]) => (sent.toLowerCase() === name ? [value] : []));
  const values = valuesOf(header);
  if (values.some((value) => /^basic\b/i.test(value))) return { kind: 'ok' };
  if (values.length > 0) {
    return {
      kind: 'unusable',
      text: 'the WWW-Authenticate header of the 401 response does not ask for Basic',
    };
  }
  const renamed = valuesOf(renamedHeader).length > 0 ? `: it is renamed to ${renamedHeader}` : '';
  return { kind: 'unusable', text: `the 401 response has no WWW-Authenticate header${renamed}` };
};

/**
 * Sends a webhook as Twilio first does: without credentials.
 * @see https://www.twilio.com/docs/usage/webhooks/webhooks-security
 */
export const requestChallenge = async ({ webhooks }: Pick<Target, 'webhooks'>, post: Post): Promise<Challenge> =>
  challengeOf(
    await post({
      url: webhooks.messages.postUrl,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'user-agent': 'gateway-challenge',
        'x-twilio-signature': shapedSignature,
      },
      body: Buffer.from('challenge=1'),
      keepHeaders: true,
    }),
  );

/**
 * Proves, after a pair was stored, that the gateway asks for it in a way that Twilio understands.
 * @throws CliError (which also says that the pair is stored) if it does not
 */
export const requireChallenge = async (
  target: Pick<Target, 'webhooks'>,
  { post, sleep, signal }: Pick<CommandContext, 'post' | 'sleep' | 'signal'>,
): Promise<void> => {
  for (let tries = 1; ; tries += 1) {
    signal.throwIfAborted();
    const challenge = await requestChallenge(target, post);
    if (challenge.kind === 'ok') return;
    if (challenge.kind === 'unusable') {
      throw new CliError(
        `The pair is stored, but for a webhook without credentials ${challenge.text}. ${unusableChallengeAdvice}.`,
      );
    }
    if (tries === canaryTries) {
      throw new CliError(
        'The pair is stored, but a webhook without credentials was not answered 401 with WWW-Authenticate: ' +
          `${challenge.text}.`,
      );
    }
    await sleep(pauseMs);
  }
};
