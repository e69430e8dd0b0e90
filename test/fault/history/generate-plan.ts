import { addConversations } from '../events/conversations';
import { cut } from './cuts';
import type { FaultKind, FaultRule } from './fault-rules';
import { forge } from './forgeries';
import type { Plan, PlannedRequest, Step } from './plan';
import { createRandom, type Random } from './random';
import {
  cloudEvents,
  contradicting,
  message,
  statusCallbacks,
  unrecognized,
  usageFirings,
  voiceEvent,
} from './traffic';

/** Everything that happens in a history, derived from its seed alone. */
export const generatePlan = (seed: number): Plan => addConversations(planOf(seed));

const planOf = (seed: number): Plan => {
  const random = createRandom(seed);
  const account = { accountSid: `AC${random.hex(32)}`, authToken: random.hex(32) };
  const { accountSid } = account;
  const times = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));

  const messages = times(4 + random.int(3), (at) => message(random, `message${at}`, accountSid));
  const genuine = [
    ...messages,
    ...times(3, (at) => statusCallbacks(random, `status${at}`, accountSid)).flat(),
    ...usageFirings(random, 'usage', accountSid),
    ...times(2, (at) => voiceEvent(random, `voice${at}`, accountSid)),
    ...cloudEvents(random, 'batch', accountSid),
    ...times(2, (at) => unrecognized(random, `unrecognized${at}`, accountSid)),
  ];
  const forged = times(5 + random.int(4), (at) => forge(random, `forged${at}`, random.pick(genuine)));
  const contradiction = contradicting(random, 'contradiction', messages[0] ?? random.pick(messages));
  const late = message(random, 'late', accountSid);
  const cuts = times(4, (at) => cut(random, `cut${at}`, random.pick(genuine)));
  const requests = [...genuine, ...forged, contradiction, late, ...cuts];
  return {
    seed,
    account,
    strangerToken: random.hex(32),
    requests,
    steps: [...stepsOf(random, genuine, forged, contradiction, late), ...cuts.flatMap(stepsOfCut)],
    faults: faultsOf(random, genuine),
  };
};

const stepsOf = (
  random: Random,
  genuine: readonly PlannedRequest[],
  forged: readonly PlannedRequest[],
  contradiction: PlannedRequest,
  late: PlannedRequest,
): Step[] => {
  const send = ({ id }: PlannedRequest): Step => ({ kind: 'send', request: id, afterMs: random.int(20) });
  // Twilio delivers again what it believes was lost, in any order.
  const deliveries = random.shuffle([
    ...genuine.flatMap((request) => [request, ...(random.chance(0.35) ? [request] : [])]),
    ...forged,
  ]);
  const traffic = deliveries.map(send);
  const insert = (...steps: readonly Step[]): void => {
    traffic.splice(random.int(traffic.length), 0, ...steps);
  };
  for (let count = random.int(3); count > 0; count -= 1) {
    insert({ kind: 'poison', body: random.pick(poisons)(random.hex(8)) });
  }
  insert({ kind: 'snapshot' });
  insert({ kind: 'await-answers' }, { kind: 'snapshot' });
  if (random.chance(0.4)) insert({ kind: 'redrive' });
  // After the message that it contradicts was answered, so that it comes second.
  traffic.push({ kind: 'await-answers' }, send(contradiction), { kind: 'await-answers' }, { kind: 'snapshot' });
  if (random.chance(0.35)) {
    const middle = Math.floor(traffic.length / 2);
    const before = { kind: 'rotate', token: random.hex(32) } as const;
    traffic.splice(Math.floor(middle / 2), 0, before);
    traffic.splice(middle + 1, 0, { kind: 'finish-rotation' });
    traffic.push({ kind: 'send-late', request: late.id }, { kind: 'await-answers' });
  }
  return traffic;
};

/** Snapshots of the table before and after show what the cut has changed. */
const stepsOfCut = ({ id }: PlannedRequest): Step[] => [
  { kind: 'snapshot' },
  { kind: 'send-cut', request: id },
  { kind: 'await-answers' },
];

const poisons: readonly ((mark: string) => string)[] = [
  (mark) => `not JSON ${mark}`,
  (mark) => JSON.stringify({ schemaVersion: 999, mark }),
  (mark) => JSON.stringify({ schemaVersion: 1, kind: 'message', mark }),
  (mark) => JSON.stringify([mark]),
];

const atIngress: readonly FaultKind[] = [
  'throttled',
  'unavailable',
  'hang',
  'reset',
  'answer lost',
  'denied',
  'slow',
  'twice',
  'damaged checksum',
  'killed before',
  'killed after',
];
const atSecrets: readonly FaultKind[] = [
  'throttled',
  'unavailable',
  'hang',
  'reset',
  'denied',
  'slow',
  'killed before',
];
const atTable: readonly FaultKind[] = [
  'throttled',
  'unavailable',
  'hang',
  'reset',
  'answer lost',
  'denied',
  'slow',
  'twice',
  'killed before',
  'killed after',
];

/** The text that identifies calls about a request, and the action that stores the request. */
const subjectOf = (random: Random, request: PlannedRequest): { readonly about: string; readonly action: string } => {
  const { MessageSid, IdempotencyToken, CallSid, Body } = request.signed.form;
  const eventId = /"id":"(\w+)"/.exec(random.pick(request.rows).content)?.[1];
  return MessageSid === undefined
    ? { about: IdempotencyToken ?? CallSid ?? eventId ?? Body ?? '', action: 'PutItem' }
    : { about: MessageSid, action: 'UpdateItem' };
};

const faultsOf = (random: Random, genuine: readonly PlannedRequest[]): FaultRule[] => {
  const rules: FaultRule[] = [];
  const add = (rule: Omit<FaultRule, 'skip' | 'times'> & Partial<FaultRule>): void =>
    void rules.push({ skip: random.int(2), times: 1 + random.int(3), ...rule });
  const anyRequest = () => subjectOf(random, random.pick(genuine));
  for (let count = 3 + random.int(4); count > 0; count -= 1) {
    add({ action: 'SendMessage', about: anyRequest().about, kind: random.pick(atIngress) });
  }
  for (let count = 3 + random.int(4); count > 0; count -= 1) {
    const { about, action } = anyRequest();
    // A status is two writes: the message's item, then its history.
    add({ action: random.chance(0.3) ? 'PutItem' : action, about, kind: random.pick(atTable) });
  }
  for (let count = random.int(3); count > 0; count -= 1) {
    const action = random.pick(['GetSecretValue', 'DescribeSecret']);
    // A process needs its first read, and tries it four times before a webhook is answered.
    const skip = random.chance(0.5) ? 0 : random.int(6);
    add({ action, about: '', skip, times: 1 + random.int(8), kind: random.pick(atSecrets) });
  }
  if (random.chance(0.3)) {
    add({
      action: 'ChangeMessageVisibility',
      about: '',
      kind: random.pick(['unavailable', 'hang', 'reset']),
    });
  }
  if (random.chance(0.5)) {
    // Denied until all faults end: these become dead letters.
    const { about, action } = anyRequest();
    add({ action, about, skip: 0, times: 1_000, kind: 'denied' });
  }
  // Every attempt of one delivery fails: it must not be answered 2xx. A message shares its SID with no callback, so no
  // other request uses up one of these faults.
  const { about } = subjectOf(random, random.pick(genuine.filter(({ route }) => route === 'messages')));
  const kind = random.pick(['throttled', 'unavailable', 'reset'] as const);
  add({ action: 'SendMessage', about, skip: 0, times: 3, kind });
  return rules;
};
