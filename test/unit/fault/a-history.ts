import type { History, Row } from '../../fault/history/history';
import type { PlannedRequest } from '../../fault/history/plan';
import { createRandom } from '../../fault/history/random';
import { cloudEvents, message, statusCallbacks, usageFirings, voiceEvent } from '../../fault/history/traffic';
import { isAbove } from '../../fault/history/statuses';

const accountSid = 'AC00000000000000000000000000000001';
const random = createRandom(1);

export const anIncomingMessage = message(random, 'message', accountSid);
export const callbacks = statusCallbacks(random, 'status', accountSid);
export const aVoiceEvent = voiceEvent(random, 'voice', accountSid);
const requests = [
  anIncomingMessage,
  ...callbacks,
  ...usageFirings(random, 'usage', accountSid),
  aVoiceEvent,
  ...cloudEvents(random, 'batch'),
];

const receivedAt = '2026-11-22T00:00:00.000Z';

const paramsBesideAttributes = (form: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(
    Object.fromEntries(
      Object.entries(form).filter(([name]) => !/^(?:AccountSid|MessageSid|From|To|Body)$/.test(name)),
    ),
  );

const rowsOf = ({ route, signed: { form }, rows }: PlannedRequest): Row[] =>
  rows.map(({ pk = 'EVENT#0f1e', sk, content, query }) => ({
    pk,
    sk,
    accountSid,
    receivedAt,
    query,
    ...(content.startsWith('{"spec') ? { payload: content } : { params: content }),
    ...(route === 'messages'
      ? {
          direction: 'inbound',
          params: paramsBesideAttributes(form),
          from: form['From'] ?? '',
          to: form['To'] ?? '',
          body: form['Body'] ?? '',
          numMedia: '0',
          status: 'received',
        }
      : {}),
    ...(route === 'status'
      ? {
          from: form['From'] ?? '',
          to: form['To'] ?? '',
          status: form['MessageStatus'] ?? '',
          ...(form['ErrorCode'] === undefined ? {} : { errorCode: form['ErrorCode'] }),
        }
      : {}),
  }));

/** The item of the message that the callbacks are about. */
const outgoing = (): Row => {
  const [highest] = [...callbacks].sort((one, other) =>
    one.status !== undefined && other.status !== undefined && isAbove(one.status, other.status) ? -1 : 1,
  );
  const form = highest?.signed.form ?? {};
  return {
    pk: `MESSAGE#${form['MessageSid'] ?? ''}`,
    sk: 'MESSAGE',
    accountSid,
    receivedAt,
    direction: 'outbound',
    from: form['From'] ?? '',
    to: form['To'] ?? '',
    status: form['MessageStatus'] ?? '',
    ...(form['ErrorCode'] === undefined ? {} : { errorCode: form['ErrorCode'] }),
  };
};

/** A history in which everything is as it should be. */
export const aHistory = (changes: Partial<History> = {}): History => {
  const rows = [
    outgoing(),
    // Two deliveries that overlap in one CloudEvent leave one row of it.
    ...new Map(requests.flatMap(rowsOf).map((row) => [`${row.pk} ${row.sk}`, row])).values(),
  ];
  return {
    plan: {
      seed: 1,
      account: { accountSid, authToken: '1'.repeat(32) },
      strangerToken: '2'.repeat(32),
      requests,
      steps: [],
      faults: [],
    },
    exchanges: requests.map(({ id }, at) => ({
      request: id,
      status: 204,
      sentAt: 2 * at,
      answeredAt: 2 * at + 1,
      durationMs: 5,
    })),
    poison: [],
    looks: [],
    quiet: { rows, deadLetters: [] },
    final: { rows, deadLetters: [] },
    suspensions: [],
    log: '{"level":"INFO"}\n',
    secrets: ['1'.repeat(32)],
    ...changes,
  };
};

/** The same with other rows at the end. */
export const endingWith = (change: (rows: readonly Row[]) => readonly Row[]): History => {
  const { quiet } = aHistory();
  const rows = change(quiet.rows);
  return aHistory({ quiet: { ...quiet, rows }, final: { ...quiet, rows } });
};

/** The same with a request that Twilio did not send, and its answer. */
export const withForgery = (status: number | undefined, changes: Partial<History['plan']> = {}): History => {
  const good = aHistory();
  const forged: PlannedRequest = {
    ...anIncomingMessage,
    id: 'forged',
    signer: 'nobody',
    forgery: 'unsigned',
    rows: [],
  };
  return aHistory({
    plan: { ...good.plan, requests: [...requests, forged], ...changes },
    exchanges: [
      ...good.exchanges,
      { request: 'forged', status, sentAt: 100, answeredAt: 101, durationMs: 5 },
    ],
  });
};
