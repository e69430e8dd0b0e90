import type { Listed, MissedHistory, Reconciliation } from '../../fault/missed/history';
import type { MissedPlan, MissedRequest } from '../../fault/missed/plan';
import { forgedForLane, laneForm, outgoing } from '../../fault/missed/traffic';
import type { Row } from '../../fault/history/history';
import { createRandom } from '../../fault/history/random';
import { message } from '../../fault/history/traffic';
import { handledAs } from './handled-fixture';
import { rowsOf } from './history-fixture';

const accountSid = 'AC00000000000000000000000000000001';
const publicUrl = 'https://example.com/dev/messages';
const random = createRandom(2);
const incoming = (id: string, way: MissedRequest['way']): MissedRequest => ({
  ...message(random, id, accountSid),
  way,
});

/** It came by the public URL. */
export const arrived = incoming('arrived', 'public');
/** It came by the fallback lane. */
export const byLane = incoming('byLane', 'public, then lane');
/** It never came, and was backfilled. */
export const lost = incoming('lost', 'public');
/** Of one outgoing message: a callback that came, and the last one, which did not. */
const callbacks = ((): readonly [MissedRequest, MissedRequest] => {
  const [first] = outgoing(random, 'status', accountSid);
  if (first === undefined) throw new Error('there is no callback');
  const { MessageSid = '' } = first.signed.form;
  const as = (id: string, status: string): MissedRequest => ({
    ...first,
    id,
    signed: { ...first.signed, form: { ...first.signed.form, MessageStatus: status } },
    rows: first.rows.map((row) => ({ ...row, sk: `STATUS#${status}#-` })),
    status: { messageSid: MessageSid, status, errorCode: undefined },
  });
  return [as('callback', 'sent'), as('lostCallback', 'delivered')];
})();
const [callback] = callbacks;
export const [, lostCallback] = callbacks;
export const forged = forgedForLane(random, 'forged', accountSid);

export const sidOf = ({ signed: { form } }: MissedRequest): string => form['MessageSid'] ?? '';

const withVia = (via: string, rows: readonly Row[]): readonly Row[] => rows.map((row) => ({ ...row, via }));

const listed = (request: MissedRequest, status: string): Listed => {
  const { From = '', To = '', Body = '' } = request.signed.form;
  const direction = request.status === undefined ? 'inbound' : 'outbound-api';
  return { sid: sidOf(request), direction, from: From, to: To, body: Body, status, error_code: null };
};

const outgoingItem: Row = {
  pk: callback.rows[0]?.pk ?? '',
  sk: 'MESSAGE',
  accountSid,
  direction: 'outbound',
  from: callback.signed.form['From'] ?? '',
  to: callback.signed.form['To'] ?? '',
  status: 'delivered',
};

const laneRows = rowsOf({
  ...byLane,
  rows: byLane.rows.map((row) => ({ ...row, content: JSON.stringify(laneForm(byLane.signed.form, publicUrl)) })),
  signed: { ...byLane.signed, form: laneForm(byLane.signed.form, publicUrl) },
});

const rows: readonly Row[] = [
  ...rowsOf(arrived),
  ...withVia('fallback', laneRows),
  ...withVia('backfill', rowsOf(lost)),
  outgoingItem,
  ...rowsOf(callback).map((row) => ({ ...row, status: 'sent' })),
  ...withVia('backfill', rowsOf(lostCallback)),
  { pk: `${accountSid}#RECONCILIATION`, sk: 'RECONCILIATION' },
  { pk: `${accountSid}#TEXT#1`, sk: 'SIGNED' },
];

export const cycle = (when: string, changes: Partial<Reconciliation> = {}): Reconciliation => ({
  when,
  before: rows,
  missed: 0,
  backfilled: 0,
  named: [],
  enqueued: [],
  kills: 0,
  completed: 1,
  ...changes,
});

const missing = [sidOf(lost), `${sidOf(lostCallback)}#delivered#-`];

/** The cycle that found what was missing. */
export const finding = (changes: Partial<Reconciliation> = {}): Reconciliation =>
  cycle('step 1', {
    before: rows.filter((row) => row['via'] !== 'backfill'),
    missed: 2,
    backfilled: 2,
    named: missing,
    enqueued: missing,
    ...changes,
  });

const plan: MissedPlan = {
  seed: 1,
  account: { accountSid, authToken: '1'.repeat(32) },
  strangerToken: '2'.repeat(32),
  requests: [arrived, byLane, lost, callback, lostCallback, forged],
  steps: [],
  faults: [],
  statuses: 'known',
  clocksMs: { ingress: 0, consumer: 0, fallback: 0, reconciler: 0 },
  lists: { pageSize: 10 },
};

/** A history that keeps every invariant. */
export const goodMissedHistory = (changes: Partial<MissedHistory> = {}): MissedHistory => ({
  plan,
  deliveries: [
    { request: arrived.id, to: 'public', status: 200, inOutage: false },
    { request: byLane.id, to: 'public', status: 500, inOutage: true },
    { request: byLane.id, to: 'lane', status: 204, inOutage: false },
    { request: lost.id, to: 'public', status: 500, inOutage: true },
    { request: callback.id, to: 'public', status: 204, inOutage: false },
    { request: lostCallback.id, to: 'public', status: 500, inOutage: true },
    { request: forged.id, to: 'lane', status: 204, inOutage: false },
  ],
  reconciliations: [finding(), cycle('cycle 1'), cycle('cycle 2'), cycle('cycle 3')],
  listed: [
    listed(arrived, 'received'),
    listed(byLane, 'received'),
    listed(lost, 'received'),
    listed(callback, 'delivered'),
  ],
  final: { rows },
  publicUrl,
  ...handledAs((changes.final?.rows ?? rows).filter(({ sk }) => sk !== 'RECONCILIATION')),
  log: '{"level":"INFO"}\n',
  secrets: ['1'.repeat(32)],
  ...changes,
});

/** The same history with other rows in the end. */
export const endingWithRows = (change: (rows: readonly Row[]) => readonly Row[]): MissedHistory =>
  goodMissedHistory({ final: { rows: change(rows) } });

/** The same, where the rows of a request are changed. */
export const changing = (
  request: MissedRequest,
  changes: Readonly<Record<string, string | undefined>>,
): MissedHistory =>
  endingWithRows((all) =>
    all.map((row) =>
      request.rows.some(({ pk, sk }) => pk === row.pk && sk === row.sk) ? asRow({ ...row, ...changes }) : row,
    ),
  );

const asRow = (fields: Readonly<Record<string, string | undefined>>): Row => {
  const present = Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return { pk: '', sk: '', ...(Object.fromEntries(present) as Readonly<Record<string, string>>) };
};
