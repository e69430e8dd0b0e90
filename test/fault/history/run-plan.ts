import { setTimeout as sleep } from 'node:timers/promises';
import type { Assembly } from '../../../local/gateway';
import { isAccepted, isStored } from '../checker/rows';
import { createFaultDecision } from './fault-rules';
import type { History, MessageCount, Row, Standstill } from './history';
import type { Plan, PlannedRequest, Step } from './plan';
import { stallMeter, type StallMeter } from './stall-meter';
import { createTwilio, type Twilio } from './twilio';
import { startWorld, type World } from './fault-gateway';

/** Longer than anything is remembered: a secret is fresh for a second and served for another while it is read again. */
const secretForgottenMs = 2_400;
const quietWithinMs = 180_000;
/** How long it may take until a healed gateway accepts everything genuine; a second, unless the machine is starved. */
const acceptedWithinMs = 30_000;
/** How long dead letters are redriven until only poison is left of them; seconds, unless the machine is starved. */
const redrivenWithinMs = 120_000;
/** A machine that stood still shortly before a request leaves things undone that the request needs. */
const starvedBeforeMs = 2_000;
/** Of a span of time: a machine that gives less than this is no place to ask for an answer in time. */
const starvedShare = 0.3;

/** Plays a plan against a gateway of its own and tells what happened. */
export const play = async (plan: Plan, assembly: Assembly): Promise<History> => {
  const meter = stallMeter();
  const world = await startWorld({ assembly, account: plan.account });
  try {
    return await playIn(world, plan, meter);
  } finally {
    await world.close();
  }
};

const playIn = async (world: World, plan: Plan, meter: StallMeter): Promise<History> => {
  const decision = createFaultDecision(plan.faults, (action) => world.killCallerOf(action));
  for (const proxy of Object.values(world.proxies)) {
    proxy.decide((call) => {
      const fault = decision.decide(call);
      world.sends.note(call, fault);
      return fault;
    });
  }
  const twilio = createTwilio(world, plan);
  const counts: MessageCount[] = [];
  const standstill = async (when: string): Promise<Standstill> => {
    await world.gateway.settled(quietWithinMs);
    const deadLetters = await world.deadLetters();
    return {
      at: twilio.position(),
      rows: await world.rows(),
      deadLetters,
      count: await world.countMessages(when),
    };
  };
  const { looks, poison } = await takeSteps(world, plan, twilio, counts);
  // Still broken: what is denied until somebody fixes it has to become a dead letter first.
  const quiet = await standstill('when the traffic had ended');
  decision.heal();
  for (const proxy of Object.values(world.proxies)) proxy.release();
  const final = await finish(world, plan, twilio, poison, standstill);
  return {
    plan,
    exchanges: twilio.exchanges.map((exchange) => {
      const { startedAtMs, durationMs } = exchange;
      const endedAtMs = startedAtMs + durationMs;
      return {
        ...exchange,
        stalledMs: meter.stalledMs(startedAtMs, endedAtMs),
        starved: isStarved(meter, startedAtMs, endedAtMs),
      };
    }),
    strikes: decision.strikes,
    invocations: world.invocations.map((invocation) => ({
      ...invocation,
      starved: isStarved(meter, invocation.startedAtMs, invocation.endedAtMs),
    })),
    poison,
    looks,
    counts,
    quiet,
    final,
    suspensions: [],
    log: world.gateway.logText(),
    secrets: [...twilio.signatures, ...secretsOf(plan)],
  };
};

const isStarved = (meter: StallMeter, fromMs: number, toMs: number): boolean =>
  meter.stalledMs(fromMs - starvedBeforeMs, toMs) > starvedShare * (toMs - fromMs + starvedBeforeMs);

const takeSteps = async (
  world: World,
  plan: Plan,
  twilio: Twilio,
  counts: MessageCount[],
): Promise<{ readonly looks: readonly Row[][]; readonly poison: readonly string[] }> => {
  const requests = new Map(plan.requests.map((request) => [request.id, request]));
  const looks: Row[][] = [];
  const poison: string[] = [];
  const underWay = new Set<Promise<void>>();
  const settle = () => Promise.all(underWay);
  const start = (delivery: Promise<void>): void => {
    const watched: Promise<void> = delivery.finally(() => underWay.delete(watched));
    underWay.add(watched);
  };
  const request = (id: string): PlannedRequest => {
    const found = requests.get(id);
    if (found === undefined) throw new Error(`the plan has no request ${id}`);
    return found;
  };

  const take = async (step: Step): Promise<void> => {
    switch (step.kind) {
      case 'send':
        await sleep(step.afterMs);
        start(twilio.deliver(request(step.request)));
        return;
      case 'send-late':
        start(twilio.deliver(request(step.request), 'former'));
        return;
      case 'send-cut': {
        await settle();
        await world.gateway.settled(quietWithinMs);
        const cut = request(step.request);
        // A cut that comes before what it cuts is the first reading: only what comes later has to change nothing.
        if (isStored(await world.rows(), request(cut.cutOf ?? ''))) start(twilio.deliver(cut));
        return;
      }
      case 'settle':
        await settle();
        return;
      case 'poison':
        poison.push(step.body);
        await world.putOnQueue(step.body);
        return;
      case 'rotate':
        await world.putToken(step.token, ['AWSPENDING']);
        await sleep(secretForgottenMs);
        twilio.signWith(step.token);
        return;
      case 'finish-rotation':
        await world.promotePending();
        await sleep(secretForgottenMs);
        return;
      case 'redrive':
        await world.redrive();
        return;
      case 'look':
        looks.push(await world.rows());
    }
  };
  for (const [at, step] of plan.steps.entries()) {
    await take(step);
    const count = await world.countMessages(`after step ${at + 1} (${step.kind})`);
    if (count !== undefined) counts.push(count);
  }
  await settle();
  return { looks, poison };
};

/** Once nothing is broken any more, everything genuine is taken, and the dead letters are redriven until only poison is left. */
const finish = async (
  world: World,
  plan: Plan,
  twilio: Twilio,
  poison: readonly string[],
  standstill: (when: string) => Promise<Standstill>,
): Promise<Standstill> => {
  const own = (id: string) => twilio.exchanges.filter((exchange) => exchange.request === id);
  const left = plan.requests.filter(
    ({ id, forgery }) => forgery === undefined && own(id).length > 0 && !own(id).some(isAccepted),
  );
  const acceptedUntilMs = Date.now() + acceptedWithinMs;
  await Promise.all(left.map((request) => twilio.deliverUntil(request, acceptedUntilMs)));
  const redriveUntilMs = Date.now() + redrivenWithinMs;
  const isPoison = (body: string): boolean => poison.includes(body);
  for (let redrives = 0; ; redrives += 1) {
    const found = await standstill(`after ${redrives} redrives`);
    const isOver = found.deadLetters.every(isPoison) && (redrives > 0 || found.deadLetters.length === 0);
    if (isOver || Date.now() > redriveUntilMs) return found;
    await world.redrive();
  }
};

/** What no log line may hold, apart from signatures. */
const secretsOf = (plan: Plan): string[] => [
  plan.account.authToken,
  plan.account.accountSid,
  plan.strangerToken,
  ...plan.steps.flatMap((step) => (step.kind === 'rotate' ? [step.token] : [])),
  ...plan.requests.flatMap(({ signed: { form }, sent }) => [
    ...[form['From'], form['To']].flatMap((number) => (number === undefined ? [] : [number.slice(1)])),
    ...(/text-[0-9a-f]{16}/.exec(`${form['Body'] ?? ''} ${sent.body}`) ?? []),
  ]),
];
