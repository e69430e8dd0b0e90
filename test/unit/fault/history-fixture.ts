import type { Exchange, History, MessageCount, Row } from '../../fault/history/history';
import { isMarkerRow, messagePlace } from '../../fault/history/keys';
import type { PlannedRequest } from '../../fault/history/plan';
import { createRandom } from '../../fault/history/random';
import { cloudEvents, message, statusCallbacks, usageFirings, voiceEvent } from '../../fault/history/traffic';
import { handledAs } from './handled-fixture';
import { isAbove } from '../../fault/history/statuses';

const accountSid = 'AC00000000000000000000000000000001';
const random = createRandom(1);

export const incomingMessage = message(random, 'message', accountSid);
export const callbacks = statusCallbacks(random, 'status', accountSid);
export const voiceRequest = voiceEvent(random, 'voice', accountSid);
const firings = usageFirings(random, 'usage', accountSid);
export const [usage] = firings as [PlannedRequest, ...PlannedRequest[]];
const requests = [incomingMessage, ...callbacks, ...firings, voiceRequest, ...cloudEvents(random, 'batch', accountSid)];

const receivedAt = '2026-11-22T00:00:00.000Z';

const paramsWithoutAttributes = (form: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(
    Object.fromEntries(Object.entries(form).filter(([name]) => !/^(?:AccountSid|MessageSid|From|To|Body)$/.test(name))),
  );

/** What a request leaves in the table. */
export const rowsOf = ({ route, signed: { form }, rows }: PlannedRequest): Row[] =>
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
          params: paramsWithoutAttributes(form),
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

/** The item of the callbacks' message. */
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

/** The queue message of a request. */
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

/** Every message has been deleted from the queue except the dead letters. */
export const counted = (deadLetters: number, changes: Partial<MessageCount> = {}): MessageCount => ({
  when: 'at the end',
  sent: { least: requests.length + deadLetters, most: requests.length + deadLetters },
  deleted: requests.length,
  events: 0,
  deadLetters,
  ...changes,
});

/** One marker for each signed text. */
const markers: readonly Row[] = requests.map((_request, at) => ({ pk: `TEXT#${at}`, sk: 'SIGNED' }));

/** A history that keeps every invariant. */
export const goodHistory = (changes: Partial<History> = {}): History => {
  const rows = [
    outgoing(),
    // Two deliveries share one CloudEvent, which has one row, the earlier delivery's.
    ...new Map(
      requests
        .flatMap(rowsOf)
        .reverse()
        .map((row) => [`${row.pk} ${row.sk}`, row]),
    ).values(),
    ...markers,
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
    exchanges: requests.map(({ id }, at) => exchange(id, 2 * at)),
    injectedFaults: [],
    invocations: [
      {
        startedAtMs: 0,
        endedAtMs: 1,
        records: requests.map((request) => ({ body: queued(request), outcome: 'done' })),
        starved: false,
      },
    ],
    poison: [],
    snapshots: [],
    counts: [],
    afterTraffic: { at: 1_000, rows, deadLetters: [], count: counted(0) },
    final: { at: 1_001, rows, deadLetters: [], count: counted(0) },
    ...handledAs(changes.final?.rows ?? rows),
    suspensions: [],
    log: '{"level":"INFO"}\n',
    secrets: ['1'.repeat(32)],
    ...changes,
  };
};

const withRows = (history: History, change: (rows: readonly Row[]) => readonly Row[]): History => ({
  ...history,
  afterTraffic: { ...history.afterTraffic, rows: change(history.afterTraffic.rows) },
  final: { ...history.final, rows: change(history.final.rows) },
  ...handledAs(change(history.final.rows)),
});

/** The same history with other rows in the end. */
export const endingWith = (change: (rows: readonly Row[]) => readonly Row[]): History => {
  return withRows(goodHistory(), change);
};

/** The same history where the consumer has taken nothing off the queue, so that no signed text has a marker. */
export const withoutInvocations = (history: History): History => ({
  ...withRows(history, (rows) => rows.filter((row) => !isMarkerRow(row))),
  invocations: [],
});

/** The same history with a request that Twilio did not send, and its answer. */
export const withForgery = (status: number | undefined, changes: Partial<History['plan']> = {}): History => {
  const good = goodHistory();
  const forged: PlannedRequest = {
    ...incomingMessage,
    id: 'forged',
    signer: 'nobody',
    forgery: 'unsigned',
    rows: [],
  };
  return goodHistory({
    plan: { ...good.plan, requests: [...requests, forged], ...changes },
    exchanges: [...good.exchanges, exchange('forged', 100, { status })],
  });
};
