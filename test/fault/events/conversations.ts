import type { FaultKind, FaultRule } from '../history/fault-rules';
import type { Plan, PlannedRequest, Step } from '../history/plan';
import { createRandom, type Random } from '../history/random';
import { message, statusCallbacks } from '../history/traffic';

/** Several messages of one conversation, and the callbacks of a reply in it. */
interface Conversation {
  readonly messages: readonly PlannedRequest[];
  readonly callbacks: readonly PlannedRequest[];
}

/** So that the numbers of the rest of the plan do not depend on this part. */
const seedOffset = 1_000_000;

/**
 * Adds conversations to a plan, and faults on the way from the table to the handlers. A few of each kind are in every
 * plan, because the rest depends on chance.
 */
export const addConversations = (plan: Plan): Plan => {
  const random = createRandom(plan.seed + seedOffset);
  const { accountSid } = plan.account;
  const conversations = [0, 1].map((at) => conversation(random, `conversation${at}`, accountSid));
  const requests = conversations.flatMap(({ messages, callbacks }) => [...messages, ...callbacks]);
  const steps = [...plan.steps];
  // Before the cuts, which wait until everything is stored.
  const end = steps.findIndex(({ kind }) => kind === 'send-cut');
  const start = random.int(Math.floor(end / 3));
  const sends = requests.flatMap((request): Step[] => {
    const send: Step = { kind: 'send', request: request.id, afterMs: random.int(5) };
    return random.chance(0.3) ? [send, send] : [send];
  });
  steps.splice(start, 0, ...random.shuffle(sends));
  return {
    ...plan,
    requests: [...plan.requests, ...requests],
    steps,
    faults: [...plan.faults, ...faultsOf(random, conversations, plan.requests)],
  };
};

const conversation = (random: Random, id: string, accountSid: string): Conversation => {
  const first = message(random, `${id}.message0`, accountSid);
  const { From = '', To = '' } = first.signed.form;
  return {
    messages: [first, ...[1, 2, 3].map((at) => message(random, `${id}.message${at}`, accountSid, { From, To }))],
    callbacks: statusCallbacks(random, `${id}.status`, accountSid, { From: To, To: From }),
  };
};

const atTopic: readonly FaultKind[] = [
  'throttled',
  'unavailable',
  'denied',
  'hang',
  'reset',
  'answer lost',
  'slow',
  'twice',
  'killed before',
  'killed after',
  'entry refused',
];
const atStream: readonly FaultKind[] = ['reset', 'answer lost', 'twice'];
const atHandler: readonly FaultKind[] = ['reset', 'answer lost', 'handler fails', 'handler throws', 'handler exits'];

const faultsOf = (
  random: Random,
  conversations: readonly Conversation[],
  others: readonly PlannedRequest[],
): FaultRule[] => {
  const rules: FaultRule[] = [];
  const add = (action: string, about: string, kind: FaultKind, rule: Partial<FaultRule> = {}): void =>
    void rules.push({ action, about, kind, skip: 0, times: 1, ...rule });
  const sidOf = ({ signed: { form } }: PlannedRequest): string => form['MessageSid'] ?? '';
  const sidsOf = ({ messages, callbacks }: Conversation): readonly string[] => [...messages, ...callbacks].map(sidOf);
  for (const { messages, callbacks } of conversations) {
    // The events of a reply are next to each other in the stream: only one of them is refused.
    add('PublishBatch', sidOf(random.pick(callbacks)), 'entry refused', { times: 3 });
    add('ReceiveMessage', sidOf(random.pick(messages.slice(0, 2))), 'handler fails', { times: 2 });
  }
  const all = conversations.flatMap(sidsOf);
  add('GetRecords', random.pick(all), 'twice', { skip: 1 });
  // The publisher tries three times in one invocation.
  add('PublishBatch', random.pick(all), random.pick(['throttled', 'unavailable', 'reset']), { times: 3 });
  const anySid = (): string =>
    random.pick([...all, ...others.map(sidOf).filter((sid) => sid !== ''), ...others.map(callSidOf)].filter(Boolean));
  const times = 1 + random.int(2);
  for (let count = 3; count > 0; count -= 1) {
    add('PublishBatch', anySid(), random.pick(atTopic), { skip: random.int(2), times });
  }
  for (let count = 2; count > 0; count -= 1) {
    add('GetRecords', anySid(), random.pick(atStream), { skip: random.int(2), times });
  }
  for (let count = 4; count > 0; count -= 1) {
    add('ReceiveMessage', anySid(), random.pick(atHandler), { skip: random.int(2), times });
  }
  return rules;
};

const callSidOf = ({ signed: { form } }: PlannedRequest): string => form['CallSid'] ?? '';
