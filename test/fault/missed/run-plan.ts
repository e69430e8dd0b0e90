import { setTimeout as sleep } from 'node:timers/promises';
import type { Assembly } from '../../../local/gateway';
import { watchEvents } from '../events/watch-events';
import type { MissedHistory, Reconciliation } from './history';
import { startMissedGateway, type MissedGateway } from './missed-gateway';
import type { MissedPlan, MissedRequest, MissedStep } from './plan';
import { reconcile } from './reconcile';
import { createTwilio, type Twilio } from './twilio';

const settledWithinMs = 120_000;
/** Time limit for a webhook that crosses a backfill to be stored: less than the reconciler waits for a service. */
const crossedWithinMs = 2_000;
/** Time limit for the three complete cycles in the end. */
const cyclesWithinMs = 120_000;
const handledWithinMs = 60_000;
/** The dates in Twilio's lists have no milliseconds: what is younger than this may seem to come from the future. */
const secondMs = 1_100;

/** Runs a plan against its own gateway and records what happened. */
export const runMissedPlan = async (plan: MissedPlan, assembly: Assembly): Promise<MissedHistory> => {
  const gateway = await startMissedGateway(plan, assembly);
  try {
    return await runOn(gateway, plan);
  } finally {
    await gateway.close();
  }
};

const runOn = async (missed: MissedGateway, plan: MissedPlan): Promise<MissedHistory> => {
  const { gateway } = missed;
  const { webhooks, twilioStandIn } = gateway.gateway.state;
  const urls = { webhooks, fallback: missed.fallbackUrl, api: twilioStandIn?.baseUrl ?? '' };
  const twilio = createTwilio(plan, urls, missed.isInOutage);
  const events = watchEvents(gateway, { choose: () => undefined });
  const reconciliations = await runSteps(missed, plan, twilio);
  missed.endFaults();
  await missed.settled(settledWithinMs);
  await sleep((plan.lists.lagMs ?? 0) + secondMs);
  reconciliations.push(...(await lastCycles(missed)));
  const rows = await missed.rows();
  await events.atRest(rows, handledWithinMs);
  return {
    plan,
    deliveries: twilio.deliveries,
    reconciliations,
    listed: await twilio.list(),
    final: { rows },
    publicUrl: webhooks.messages,
    changes: events.changes(),
    handlerInvocations: events.invocations,
    log: gateway.logText(),
    secrets: [...twilio.signatures, ...secretsOf(plan)],
  };
};

/** Two cycles that find everything, and one that has nothing to do. */
const lastCycles = async (missed: MissedGateway): Promise<readonly Reconciliation[]> => {
  const cycles: Reconciliation[] = [];
  const until = Date.now() + cyclesWithinMs;
  for (let complete = 0; complete < 3 && Date.now() < until;) {
    const cycle = await reconcile(missed, `after the faults, cycle ${complete + 1}`, 1);
    cycles.push(cycle);
    complete += cycle.completed;
    await missed.settled(settledWithinMs);
  }
  return cycles;
};

const runSteps = async (missed: MissedGateway, plan: MissedPlan, twilio: Twilio): Promise<Reconciliation[]> => {
  const requests = new Map(plan.requests.map((request) => [request.id, request]));
  const reconciliations: Reconciliation[] = [];
  const unanswered = new Set<Promise<void>>();
  const start = (delivery: Promise<void>): void => {
    const watched: Promise<void> = delivery.finally(() => unanswered.delete(watched));
    unanswered.add(watched);
  };
  const request = (id: string): MissedRequest => {
    const found = requests.get(id);
    if (found === undefined) throw new Error(`the plan has no request ${id}`);
    return found;
  };
  const reconcileWith = async (step: Extract<MissedStep, { kind: 'reconcile' }>, at: number): Promise<void> => {
    const { late, atOnce } = step;
    if (late !== undefined) {
      missed.awaitMoment({
        when: late.when,
        happens: async () => {
          await Promise.all(late.requests.map((id) => twilio.deliverLate(request(id))));
          // Otherwise webhooks and backfills race on the queue.
          if (late.when !== 'after it has enqueued') await missed.settled(crossedWithinMs).catch(() => undefined);
        },
      });
    }
    reconciliations.push(await reconcile(missed, `step ${at + 1}`, atOnce));
    missed.awaitMoment(undefined);
  };
  const runStep = async (step: MissedStep, at: number): Promise<void> => {
    switch (step.kind) {
      case 'send':
        await sleep(step.afterMs);
        start(twilio.deliver(request(step.request)));
        return;
      case 'send-late':
        start(twilio.deliverLate(request(step.request)));
        return;
      case 'await-answers':
        await Promise.all(unanswered);
        return;
      case 'outage-begins':
      case 'outage-ends':
        missed.setOutage(step.kind === 'outage-begins');
        return;
      case 'lane-restarts':
        await missed.restartLane(step.failingReads);
        return;
      case 'settle':
        await missed.settled(settledWithinMs);
        return;
      case 'reconcile':
        await reconcileWith(step, at);
    }
  };
  for (const [at, step] of plan.steps.entries()) await runStep(step, at);
  await Promise.all(unanswered);
  return reconciliations;
};

/** Texts that no log line may hold, apart from signatures. */
const secretsOf = ({ account, strangerToken, requests }: MissedPlan): string[] => [
  account.authToken,
  account.accountSid,
  strangerToken,
  ...requests.flatMap(({ signed: { form } }) => [
    ...[form['From'], form['To']].flatMap((number) => (number === undefined ? [] : [number.slice(1)])),
    ...(/text-[0-9a-f]{16}/.exec(form['Body'] ?? '') ?? []),
  ]),
];
