import { CliError } from '../terminal/cli-error';
import { answerSummary, canaryTries, pauseMs } from '../send/canary';
import type { CommandContext } from '../context';
import type { Post, PostAnswer } from '../clients/post';
import type { Target } from '../target/target';

/** Some of AWS's front ends rename the header on its way out. Twilio knows only the real name. */
const header = 'www-authenticate';
const renamedHeader = `x-amzn-remapped-${header}`;

/** Has the form of a signature: a request without one is refused before it is asked for credentials. */
const shapedSignature = Buffer.alloc(20).toString('base64');

/** What came back for a webhook without credentials. */
export type Challenge =
  | { readonly kind: 'ok' }
  /** Twilio would not send its credentials for this answer. `text` says what is wrong with it. */
  | { readonly kind: 'unusable'; readonly text: string }
  /** Not a 401, so it says nothing about the header. */
  | { readonly kind: 'other'; readonly text: string };

export const neverAnswered =
  'Twilio will never answer the challenge: do not use basicAuth behind this API ' +
  '(remove it in lib/stages.ts and deploy)';

const challengeOf = (answer: PostAnswer): Challenge => {
  if (answer.kind === 'failure' || answer.status !== 401) {
    return { kind: 'other', text: answerSummary(answer) };
  }
  const valuesOf = (name: string): readonly string[] =>
    (answer.headers ?? []).flatMap(([sent, value]) => (sent.toLowerCase() === name ? [value] : []));
  const values = valuesOf(header);
  if (values.some((value) => /^basic\b/i.test(value))) return { kind: 'ok' };
  if (values.length > 0) {
    return { kind: 'unusable', text: 'the header WWW-Authenticate of its 401 does not ask for Basic' };
  }
  const renamed = valuesOf(renamedHeader).length > 0 ? `: it is renamed to ${renamedHeader}` : '';
  return { kind: 'unusable', text: `its 401 has no header WWW-Authenticate${renamed}` };
};

/**
 * Sends a webhook as Twilio sends it first, without credentials.
 * @see https://www.twilio.com/docs/usage/webhooks/webhooks-security (Twilio answers a challenge, it does not volunteer)
 */
export const requestChallenge = async (
  { webhooks }: Pick<Target, 'webhooks'>,
  post: Post,
): Promise<Challenge> =>
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
 * @throws CliError, which says that the pair is stored, where it does not
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
        `The pair is stored, but of a webhook without credentials ${challenge.text}. ${neverAnswered}.`,
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
