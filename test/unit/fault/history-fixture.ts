import type { Demands } from '../../fault/demands';
import type { Exchange, History, MessageCount, Row } from '../../fault/history/history';
import { messagePlace } from '../../fault/history/keys';
import type { PlannedRequest } from '../../fault/history/plan';
import { createRandom } from '../../fault/history/random';
import { cloudEvents, message, statusCallbacks, usageFirings, voiceEvent } from '../../fault/history/traffic';
import { isAbove } from '../../fault/history/statuses';

const accountSid = 'AC00000000000000000000000000000001';
const random = createRandom(1);

export const anIncomingMessage = message(random, 'message', accountSid);
export const callbacks = statusCallbacks(random, 'status', accountSid);
export const aVoiceEvent = voiceEvent(random, 'voice', accountSid);
const firings = usageFirings(random, 'usage', accountSid);
export const [usage] = firings as [PlannedRequest, ...PlannedRequest[]];
const requests = [
  anIncomingMessage,
  ...callbacks,
  ...firings,
  aVoiceEvent,
  ...cloudEvents(random, 'batch', accountSid),
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
    ...messagePlace(accountSid, form['MessageSid'] ?? ''),
    accountSid,
    receivedAt,
    direction: 'outbound',
    from: form['From'] ?? '',
    to: form['To'] ?? '',
    status: form['MessageStatus'] ?? '',
    ...(form['ErrorCode'] === undefined ? {} : { errorCode: form['ErrorCode'] }),
  };
};

export const noDemands: Demands = { cuts: false, unrecognized: false, markers: false };

/** The message on the queue that a request becomes. */
export const queued = ({ sent: { body, query } }: PlannedRequest): string =>
  JSON.stringify({ schemaVersion: 1, body, bodyEncoding: 'utf8', query });

export const exchange = (request: string, at: number, changes: Partial<Exchange> = {}): Exchange => ({
  request,
  status: 204,
  sentAt: at,
  answeredAt: at + 1,
  startedAtMs: 1000 * at,
  durationMs: 5,
  stalledMs: 0,
  starved: false,
  ...changes,
});

/** Where everything that was sent has been taken off the queue but for what is dead. */
export const counted = (deadLetters: number, changes: Partial<MessageCount> = {}): MessageCount => ({
  when: 'at the end',
  sent: { least: requests.length + deadLetters, most: requests.length + deadLetters },
  takenOff: requests.length,
  events: 0,
  deadLetters,
  ...changes,
});

/** A history in which everything is as it should be. */
export const aHistory = (changes: Partial<History> = {}): History => {
  const rows = [
    outgoing(),
    // Two deliveries that overlap in one CloudEvent leave one row of it, the earlier one's.
    ...new Map(
      requests
        .flatMap(rowsOf)
        .reverse()
        .map((row) => [`${row.pk} ${row.sk}`, row]),
    ).values(),
  ];
  return {
    plan: {
      seed: 1,
      demands: noDemands,
      account: { accountSid, authToken: '1'.repeat(32) },
      strangerToken: '2'.repeat(32),
      requests,
      steps: [],
      faults: [],
    },
    exchanges: requests.map(({ id }, at) => exchange(id, 2 * at)),
    strikes: [],
    invocations: [
      {
        startedAtMs: 0,
        endedAtMs: 1,
        records: requests.map((request) => ({ body: queued(request), outcome: 'done' })),
        starved: false,
      },
    ],
    poison: [],
    looks: [],
    counts: [],
    quiet: { at: 1_000, rows, deadLetters: [], count: counted(0) },
    final: { at: 1_001, rows, deadLetters: [], count: counted(0) },
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
    exchanges: [...good.exchanges, exchange('forged', 100, { status })],
  });
};
