import type { FaultKind, FaultRule } from '../history/fault-rules';
import { createRandom, type Random } from '../history/random';
import type { Crossing, MissedPlan, MissedRequest, MissedStep } from './plan';
import { forgedForLane, incoming, outgoing } from './traffic';

const minuteMs = 60_000;
/** Webhooks that cross their backfills. */
const lateAtOnce = 5;
const crossings: readonly Crossing[] = ['before it reads the table', 'before it enqueues', 'after it has enqueued'];
/** So that the numbers do not repeat those of the other histories. */
const seedOffset = 2_000_000;

/** Everything that happens in a history in which webhooks are missed, derived from its seed alone. */
export const generateMissedPlan = (seed: number): MissedPlan => {
  const random = createRandom(seed + seedOffset);
  const account = { accountSid: `AC${random.hex(32)}`, authToken: random.hex(32) };
  const { accountSid } = account;
  const times = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));
  const messages = times(26 + random.int(10), (at) => incoming(random, `message${at}`, accountSid));
  const callbacks = times(6, (at) => outgoing(random, `status${at}`, accountSid)).flat();
  const forged = times(5, (at) => forgedForLane(random, `forged${at}`, accountSid));
  const [ingress = 0, consumer = 0, fallback = 0, reconciler = 0] = random
    .shuffle([-5, 0, 5, random.pick([-5, 5])])
    .map((minutes) => minutes * minuteMs);
  return {
    seed,
    account,
    strangerToken: random.hex(32),
    requests: [...messages, ...callbacks, ...forged],
    // Each in turn, so that a default run has them all.
    steps: stepsOf(
      random,
      crossings[seed % 3] ?? 'before it enqueues',
      random.shuffle([...messages, ...callbacks]),
      forged,
    ),
    faults: faultsOf(random, messages),
    statuses: random.pick(['known', 'all']),
    clocksMs: { ingress, consumer, fallback, reconciler },
    lists: {
      lagMs: random.pick([0, 300, 1_500]),
      failingShare: random.pick([0, 0.1, 0.25]),
      pageSize: 7 + random.int(12),
      ...(random.chance(0.5) ? { requestsPerSecond: 3 + random.int(3) } : {}),
    },
  };
};

const send = (random: Random, { id }: MissedRequest): MissedStep => ({
  kind: 'send',
  request: id,
  afterMs: random.int(15),
});

/** Traffic, an outage, and traffic again; twice, the first time shorter. Some of what is lost arrives later. */
const stepsOf = (
  random: Random,
  crossing: Crossing,
  genuine: readonly MissedRequest[],
  forged: readonly MissedRequest[],
): MissedStep[] => {
  const at = (share: number): number => Math.floor(genuine.length * share);
  const parts = [genuine.slice(0, at(0.2)), genuine.slice(at(0.2), at(0.35)), genuine.slice(at(0.35), at(0.55))];
  const [before = [], short = [], between = []] = parts;
  const long = genuine.slice(at(0.55), at(0.9));
  const sends = (requests: readonly MissedRequest[]) => requests.map((request) => send(random, request));
  const outage = (lost: readonly MissedRequest[]): MissedStep[] => [
    { kind: 'await-answers' },
    { kind: 'outage-begins' },
    ...(random.chance(0.5) ? [{ kind: 'lane-restarts', failingReads: 4 + random.int(8) } as const] : []),
    ...withReconciliation(random, sends(lost), 0.5),
    { kind: 'await-answers' },
    { kind: 'outage-ends' },
  ];
  const others = random.shuffle([...short, ...long].filter(({ way }) => way === 'public'));
  const late = others.splice(0, lateAtOnce).map(({ id }) => id);
  const lateSend = (): MissedStep[] => {
    const request = others.pop();
    return request === undefined ? [] : [{ kind: 'send-late', request: request.id }];
  };
  const steps: MissedStep[] = [
    ...sends(before),
    ...outage(short),
    ...withReconciliation(random, sends(between), 0.5),
    ...outage(long),
    ...lateSend(),
    ...sends(genuine.slice(at(0.9))),
    { kind: 'await-answers' },
    ...(random.chance(0.7) ? [{ kind: 'settle' } as const] : []),
    { kind: 'reconcile', atOnce: 1, late: { requests: late, when: crossing } },
    ...lateSend(),
    { kind: 'reconcile', atOnce: random.chance(0.5) ? 2 : 1 },
    ...lateSend(),
  ];
  for (const request of forged) steps.splice(random.int(steps.length), 0, send(random, request));
  return steps;
};

const withReconciliation = (random: Random, steps: readonly MissedStep[], probability: number): MissedStep[] =>
  random.chance(probability)
    ? [...steps].toSpliced(random.int(steps.length), 0, { kind: 'reconcile', atOnce: 1 })
    : [...steps];

const refusals: readonly FaultKind[] = ['throttled', 'unavailable', 'reset', 'answer lost'];
const atQueue: readonly FaultKind[] = ['throttled', 'unavailable', 'reset', 'answer lost', 'slow', 'twice'];
const atRead: readonly FaultKind[] = ['throttled', 'unavailable', 'reset', 'slow'];
const atCursor: readonly FaultKind[] = ['unavailable', 'reset', 'answer lost', 'slow', 'twice'];
/** Where the reconciler is killed: while it lists, reads, sends, or notes how far it came. */
const kills: readonly Pick<FaultRule, 'action' | 'about' | 'kind'>[] = [
  { action: 'ListMessages', about: '', kind: 'killed before' },
  { action: 'BatchGetItem', about: '', kind: 'killed before' },
  { action: 'SendMessageBatch', about: '', kind: 'killed before' },
  { action: 'SendMessageBatch', about: '', kind: 'killed after' },
  { action: 'UpdateItem', about: '#RECONCILIATION', kind: 'killed before' },
  { action: 'UpdateItem', about: '#RECONCILIATION', kind: 'killed after' },
];

const faultsOf = (random: Random, messages: readonly MissedRequest[]): FaultRule[] => {
  const rules: FaultRule[] = [];
  const add = (action: string, about: string, kind: FaultKind, most = 4): void =>
    void rules.push({ action, about, kind, skip: random.int(3), times: 1 + random.int(most) });
  // The reconciler tries three times: what one cycle has counted as missed, another one has to send.
  rules.push({ action: 'SendMessageBatch', about: '', kind: random.pick(refusals), skip: random.int(2), times: 3 });
  if (random.chance(0.5)) add('SendMessageBatch', '', random.pick(atQueue));
  if (random.chance(0.5)) add('BatchGetItem', '', random.pick(atRead));
  if (random.chance(0.5)) add('UpdateItem', random.pick(['#RECONCILIATION', 'MISSED#']), random.pick(atCursor));
  // Ingress and the lane read it, each every second.
  add('GetSecretValue', '', random.pick(['throttled', 'unavailable', 'reset']), 8);
  for (let count = 3; count > 0; count -= 1) {
    // Ingress and the lane send it: both may fail.
    const about = random.pick(messages).signed.form['MessageSid'] ?? '';
    rules.push({ action: 'SendMessage', about, kind: 'unavailable', skip: 0, times: 1 + random.int(6) });
  }
  if (random.chance(0.6)) rules.push({ ...random.pick(kills), skip: random.int(3), times: 1 });
  return rules;
};
