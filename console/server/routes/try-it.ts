import type { ReplayResult, SendKinds, SendResult } from '../../api';
import { textIn, type JsonObject } from '../../../cli/json-fields';
import type { PostAnswer } from '../../../cli/clients/post';
import { replay } from '../../../cli/replay/replay';
import { sendKinds } from '../../../cli/send/send-kinds';
import { signAs } from '../../../cli/send/send-webhook';
import type { ConsoleParts } from '../console-parts';
import { ApiProblem, invalid } from '../http/api-problem';
import { change, json, read, type Route } from '../http/route';
import { readSend, type CheckedSend } from '../views/send-request';

const slowMs = 40_000;
/** A late answer must not delay all the others. */
const sendMs = 30_000;

/** Sends a signed webhook, or replays the event of a stored one. */
export const tryRoutes = ({ gateway, accounts }: ConsoleParts): readonly Route[] => [
  read('/api/send', () => {
    const kinds: SendKinds = { kinds: sendKinds.map(({ kind, title, fields }) => ({ kind, title, fields })) };
    return Promise.resolve(json(kinds));
  }),
  change(
    '/api/send',
    async ({ body, signal }) => {
      const request = readSend(body);
      const backend = await gateway.backend();
      const { payload, webhook } = await signAs(backend, request.options, (accountSid) =>
        request.payload(accountSid, gateway.context.now()),
      );
      const result: SendResult = {
        kind: request.kind,
        sid: payload.sid,
        answers: await postAll(request, () => gateway.context.post(webhook), signal),
      };
      return json(result);
    },
    { timeoutMs: slowMs, maxBodyBytes: 256 * 1024 },
  ),
  change('/api/replay', async ({ body }) => {
    const { id, accountSid, handler } = readReplay(body);
    const known = await accounts();
    if (!known.includes(accountSid)) throw invalid('The gateway has no such account.');
    const replayed = await replay(await gateway.backend(), { id, accountSids: [accountSid], handler });
    if (replayed.kind === 'rejected') throw new ApiProblem(409, 'not_replayed', replayed.reason);
    const where = handler === undefined ? 'published again' : `put on the queue of the handler ${handler}`;
    return json({ message: `${replayed.type} was ${where}.` } satisfies ReplayResult);
  }),
];

const readReplay = (body: JsonObject) => {
  const id = textIn(body, 'id');
  const accountSid = textIn(body, 'accountSid');
  if (id === undefined || accountSid === undefined) throw invalid('A replay needs id and accountSid.');
  return { id, accountSid, handler: textIn(body, 'handler') || undefined };
};

const answerOf = (answer: PostAnswer): SendResult['answers'][number] =>
  answer.kind === 'answer'
    ? { status: answer.status, body: answer.body, durationMs: answer.durationMs }
    : { status: null, body: `No answer (${answer.code})`, durationMs: answer.durationMs };

/** One after the other, as the command does. */
const postAll = async (
  { repeat }: CheckedSend,
  post: () => Promise<PostAnswer>,
  signal: AbortSignal,
): Promise<SendResult['answers']> => {
  const answers: SendResult['answers'][number][] = [];
  const endsAt = Date.now() + sendMs;
  while (answers.length < repeat && !signal.aborted && Date.now() < endsAt) answers.push(answerOf(await post()));
  return answers;
};
