import { randomUUID } from 'node:crypto';
import { chooseAccount, readAccountSecrets } from '../target/account-secrets';
import { CliError } from '../terminal/cli-error';
import { isAccepted, type PostAnswer } from '../clients/post';
import type { AccountSecret } from '../../lambda/shared/credentials/account-secret';
import type { Backend } from '../clients/ports';
import type { CommandContext } from '../context';
import { chooseSharedKey } from '../secret/shared-keys';
import { stageOptionOf } from '../target/target';
import { fallbackRequest, isFailure } from './fallback-request';
import { signWebhook, type SignedWebhook } from './signed-webhook';
import { jsonText, terminalText } from '../terminal/terminal-text';
import { readBasicCredential } from '../twilio/basic-credential';
import type { Payload } from './twilio-payloads';
import { cli } from '../terminal/program-name';

/** The options that every kind of webhook has. */
export interface SendOptions {
  readonly account?: string;
  /** The SharedKey's name; true means the one that was stored last. */
  readonly sharedKey?: string | true;
  readonly query?: string;
  readonly repeat: number;
  readonly tamper?: true;
  readonly json?: true;
}

/** Up to this many answers are printed one by one; more are summarized, with progress on stderr. */
const printedAnswers = 100;
const rejectedStatus = 403;

const answerText = (answer: PostAnswer): string =>
  answer.kind === 'failure'
    ? `no answer (${answer.code})`
    : [answer.status, answer.contentType.split(';')[0], terminalText(answer.body)]
        .filter((part) => part !== '' && part !== undefined)
        .join('  ');

/** How often each answer came, in order of first appearance. */
const summary = (answers: readonly PostAnswer[]): string => {
  const counts = new Map<string, number>();
  for (const answer of answers) {
    const text = answerText(answer);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return Array.from(counts, ([text, count]) => `${count} × ${text}`).join('\n');
};

/** Rejects what cannot be the query of a URL. It is sent unchanged, because it is signed. */
const checkedQuery = (query: string | undefined): string => {
  const text = (query ?? '').replace(/^\?/, '');
  if (!/^[\x21-\x7e]*$/.test(text) || text.includes('#')) {
    throw new CliError("--query takes a percent-encoded query string, for example 'order=17&name=Zo%C3%AB'.", 2);
  }
  return text;
};

const nextStep = (payload: Payload, eventId: string, option: string): string => {
  if (payload.kind === 'message' || payload.kind === 'status') {
    return `Next: ${cli} messages show ${payload.sid}${option}`;
  }
  // Each event of a batch has its own id.
  return eventId.startsWith('BATCH#')
    ? `Next: ${cli} events list${option}`
    : `Next: ${cli} events show '${terminalText(eventId)}'${option}`;
};

interface SignedPayload {
  readonly account: AccountSecret;
  readonly payload: Payload;
  readonly webhook: SignedWebhook;
  /** What the fallback URL gets if the gateway fails; undefined if Twilio would not request one. */
  readonly fallback: SignedWebhook | undefined;
  /** Whether the account was chosen from several. */
  readonly isFirstOfSeveral: boolean;
}

/** Signs one payload as an account of the gateway, with the key that is stored there. */
export const signAs = async (
  backend: Backend,
  options: Pick<SendOptions, 'account' | 'sharedKey' | 'query' | 'tamper'>,
  payloadFor: (accountSid: string) => Payload,
): Promise<SignedPayload> => {
  const query = checkedQuery(options.query);
  const store = await backend.secrets();
  const secrets = await readAccountSecrets(store, backend.target.secretIds);
  const account = chooseAccount(secrets, options.account);
  const payload = payloadFor(account.accountSid);
  const keys = {
    authToken: account.authToken,
    sharedKey: options.sharedKey === undefined ? undefined : chooseSharedKey(account, options.sharedKey),
    idempotencyToken: randomUUID(),
  };
  const tamper = options.tamper === true;
  const basic = await readBasicCredential(backend.target, store);
  const webhook = signWebhook(payload, backend.target.webhooks[payload.route], { ...keys, query, tamper, basic });
  const fallback = tamper ? undefined : fallbackRequest(backend.target, payload, webhook, keys);
  const isFirstOfSeveral = options.account === undefined && secrets.accounts.length > 1;
  return { account, payload, webhook, fallback, isFirstOfSeveral };
};

/** Signs one payload, posts it `--repeat` times in order, and reports every answer. */
export const sendWebhook = async (
  context: CommandContext,
  options: SendOptions,
  payloadFor: (accountSid: string, now: Date) => Payload,
): Promise<void> => {
  const { output, paint } = context;
  checkedQuery(options.query);
  const backend = await context.openBackend();
  const tamper = options.tamper === true;
  const { account, payload, webhook, fallback, isFirstOfSeveral } = await signAs(backend, options, (accountSid) =>
    payloadFor(accountSid, context.now()),
  );
  if (isFirstOfSeveral) {
    output.note(`Sending as ${account.accountSid}, the first account; --account chooses another.`);
  }

  const answers: PostAnswer[] = [];
  const fallbackAnswers: PostAnswer[] = [];
  for (let sent = 0; sent < options.repeat; sent += 1) {
    const answer = await context.post(webhook);
    context.signal.throwIfAborted();
    answers.push(answer);
    if (fallback !== undefined && isFailure(answer)) {
      fallbackAnswers.push(await context.post(fallback));
      context.signal.throwIfAborted();
    }
    if (options.repeat > printedAnswers && (sent + 1) % printedAnswers === 0) {
      output.note(`${sent + 1} of ${options.repeat} sent`);
    }
  }

  const asExpected = answers.every((answer) =>
    tamper ? answer.kind === 'answer' && answer.status === rejectedStatus : isAccepted(answer),
  );
  if (!asExpected) context.exitWithFailure();
  if (options.json === true) {
    const { kind, sid } = payload;
    const { eventId, url } = webhook;
    const { accountSid } = account;
    const lane =
      fallback === undefined || fallbackAnswers.length === 0
        ? {}
        : { fallback: { url: fallback.url, answers: fallbackAnswers } };
    output.data(jsonText({ kind, accountSid, sid, eventId, url, tampered: tamper, ok: asExpected, answers, ...lane }));
    return;
  }
  const print = ({ url }: SignedWebhook, to: readonly PostAnswer[]): void => {
    output.data(paint.dim(`POST ${terminalText(url)}`));
    output.data(
      options.repeat > printedAnswers
        ? summary(to)
        : to.map((answer) => (isAccepted(answer) ? paint.green : paint.red)(answerText(answer))).join('\n'),
    );
  };
  print(webhook, answers);
  if (fallback !== undefined && fallbackAnswers.length > 0) {
    output.note('The gateway failed. As Twilio does, `send` goes on to the fallback URL.');
    print(fallback, fallbackAnswers);
  }
  const option = stageOptionOf(backend.target);
  if ([...answers, ...fallbackAnswers].some(isAccepted)) output.note(nextStep(payload, webhook.eventId, option));
  else if (tamper && asExpected) output.note('Rejected, as expected: the body was changed after signing.');
  else {
    output.note(
      `Nothing was accepted. \`${cli} secret status${option}\` shows whether the secret can be used; ` +
        'the log of ingress has the reason.',
    );
  }
};
