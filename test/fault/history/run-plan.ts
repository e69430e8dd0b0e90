import { setTimeout as sleep } from 'node:timers/promises';
import type { Assembly } from '../../../local/gateway';
import { isAccepted, isStored } from '../checker/rows';
import { watchEvents } from '../events/watch-events';
import { createFaultDecision, eventActions } from './fault-rules';
import type { History, MessageCount, Row, IdleState } from './history';
import type { Plan, PlannedRequest, Step } from './plan';
import { readAccount } from './read-account';
import { stallMeter, type StallMeter } from './stall-meter';
import { createTwilio, type Twilio } from './twilio';
import { startFaultGateway, type FaultGateway } from './fault-gateway';

/** Longer than a secret is cached: it is fresh for one second, and served for another while it is read again. */
const secretCacheMs = 2_400;
const idleWithinMs = 180_000;
/** Time limit for the events of everything stored to be handled after the faults. */
const handledWithinMs = 60_000;
/** Time limit for every genuine webhook to be accepted after the faults. A second is enough on an idle machine. */
const acceptedWithinMs = 30_000;
/** Time limit for the redrives that leave only poison messages. Seconds are enough on an idle machine. */
const redrivenWithinMs = 120_000;
/** A stall shortly before a request delays it, too: the machine catches up with earlier work first. */
const starvedBeforeMs = 2_000;
/** A machine that stalls for more than this share of a request cannot be expected to answer in time. */
const starvedShare = 0.3;

/** Runs a plan against its own gateway and records what happened. */
export const runPlan = async (plan: Plan, assembly: Assembly): Promise<History> => {
  const meter = stallMeter();
  const gateway = await startFaultGateway({ assembly, account: plan.account });
  try {
    return await runPlanOn(gateway, plan, meter);
  } finally {
    await gateway.close();
  }
};

const runPlanOn = async (gateway: FaultGateway, plan: Plan, meter: StallMeter): Promise<History> => {
  const decision = createFaultDecision(plan.faults, (action) => gateway.killCallerOf(action));
  for (const proxy of Object.values(gateway.proxies)) {
    proxy.decide((call) => {
      const fault = decision.decide(call);
      gateway.sends.note(call, fault);
      return fault;
    });
  }
  const events = watchEvents(gateway.gateway, decision);
  const twilio = createTwilio(gateway, plan);
  const counts: MessageCount[] = [];
  const whenIdle = async (when: string): Promise<IdleState> => {
    await gateway.gateway.settled(idleWithinMs);
    const deadLetters = await gateway.deadLetters();
    return {
      at: twilio.position(),
      rows: await gateway.rows(),
      deadLetters,
      count: await gateway.countMessages(when),
    };
  };
  const { snapshots, poison } = await runSteps(gateway, plan, twilio, counts);
  // The faults go on until here: a message whose writes are denied has to become a dead letter first.
  const afterTraffic = await whenIdle('when the traffic had ended');
  decision.endFaults();
  for (const proxy of Object.values(gateway.proxies)) proxy.release();
  const final = await finish(gateway, plan, twilio, poison, whenIdle);
  await events.atRest(final.rows, handledWithinMs);
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
    // Nothing that happens after the table excuses anything before it.
    injectedFaults: decision.injectedFaults.filter(({ action }) => !eventActions.includes(action)),
    invocations: gateway.invocations.map((invocation) => ({
      ...invocation,
      starved: isStarved(meter, invocation.startedAtMs, invocation.endedAtMs),
    })),
    poison,
    snapshots,
    counts,
    afterTraffic,
    final,
    changes: events.changes(),
    handlerInvocations: events.invocations,
    suspensions: [],
    account: await readAccount(gateway.gateway.gateway.state, plan.account.accountSid, poison.length),
    log: gateway.gateway.logText(),
    secrets: [...twilio.signatures, ...secretsOf(plan)],
  };
};

const isStarved = (meter: StallMeter, fromMs: number, toMs: number): boolean =>
  meter.stalledMs(fromMs - starvedBeforeMs, toMs) > starvedShare * (toMs - fromMs + starvedBeforeMs);

const runSteps = async (
  gateway: FaultGateway,
  plan: Plan,
  twilio: Twilio,
  counts: MessageCount[],
): Promise<{ readonly snapshots: readonly Row[][]; readonly poison: readonly string[] }> => {
  const requests = new Map(plan.requests.map((request) => [request.id, request]));
  const snapshots: Row[][] = [];
  const poison: string[] = [];
  const unanswered = new Set<Promise<void>>();
  const awaitAnswers = () => Promise.all(unanswered);
  const start = (delivery: Promise<void>): void => {
    const watched: Promise<void> = delivery.finally(() => unanswered.delete(watched));
    unanswered.add(watched);
  };
  const request = (id: string): PlannedRequest => {
    const found = requests.get(id);
    if (found === undefined) throw new Error(`the plan has no request ${id}`);
    return found;
  };

  const runStep = async (step: Step): Promise<void> => {
    switch (step.kind) {
      case 'send':
        await sleep(step.afterMs);
        start(twilio.deliver(request(step.request)));
        return;
      case 'send-late':
        start(twilio.deliver(request(step.request), 'former'));
        return;
      case 'send-cut': {
        await awaitAnswers();
        await gateway.gateway.settled(idleWithinMs);
        const cut = request(step.request);
        // A cut before its genuine request would be the first reading of the text. A later one changes nothing.
        if (isStored(await gateway.rows(), request(cut.cutOf ?? ''))) start(twilio.deliver(cut));
        return;
      }
      case 'await-answers':
        await awaitAnswers();
        return;
      case 'poison':
        poison.push(step.body);
        await gateway.putOnQueue(step.body);
        return;
      case 'rotate':
        await gateway.putToken(step.token, ['AWSPENDING']);
        await sleep(secretCacheMs);
        twilio.signWith(step.token);
        return;
      case 'finish-rotation':
        await gateway.promotePending();
        await sleep(secretCacheMs);
        return;
      case 'redrive':
        await gateway.redrive();
        return;
      case 'snapshot':
        snapshots.push(await gateway.rows());
    }
  };
  for (const [at, step] of plan.steps.entries()) {
    await runStep(step);
    const count = await gateway.countMessages(`after step ${at + 1} (${step.kind})`);
    if (count !== undefined) counts.push(count);
  }
  await awaitAnswers();
  return { snapshots, poison };
};

/** After the faults have ended: delivers what was not accepted, then redrives until only poison is left. */
const finish = async (
  gateway: FaultGateway,
  plan: Plan,
  twilio: Twilio,
  poison: readonly string[],
  whenIdle: (when: string) => Promise<IdleState>,
): Promise<IdleState> => {
  const exchangesOf = (id: string) => twilio.exchanges.filter((exchange) => exchange.request === id);
  const notAccepted = plan.requests.filter(
    ({ id, forgery }) => forgery === undefined && exchangesOf(id).length > 0 && !exchangesOf(id).some(isAccepted),
  );
  const acceptedUntilMs = Date.now() + acceptedWithinMs;
  await Promise.all(notAccepted.map((request) => twilio.deliverUntil(request, acceptedUntilMs)));
  const redriveUntilMs = Date.now() + redrivenWithinMs;
  const isPoison = (body: string): boolean => poison.includes(body);
  for (let redrives = 0; ; redrives += 1) {
    const found = await whenIdle(`after ${redrives} redrives`);
    const isOver = found.deadLetters.every(isPoison) && (redrives > 0 || found.deadLetters.length === 0);
    if (isOver || Date.now() > redriveUntilMs) return found;
    await gateway.redrive();
  }
};

/** Texts that no log line may hold, apart from signatures. */
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
