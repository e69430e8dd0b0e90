import { setTimeout as sleep } from 'node:timers/promises';
import type { Assembly } from '../../../local/gateway';
import type { ListConditions } from '../../../local/twilio/lists/list-conditions';
import type { Fault, ProxiedCall } from '../../helpers/fault-proxy';
import { startProxiedGateway } from '../../helpers/proxied-gateway';
import type { TestGateway } from '../../helpers/test-gateway';
import { rowOf } from '../events/row-of';
import { createFaultDecision } from '../history/fault-rules';
import type { Row } from '../history/history';
import { watchConsumer } from '../history/watch-consumer';
import { clockVariables, functionPrefixes } from './assembly';
import type { Crossing, MissedPlan } from './plan';

/** Something that happens once, at the next such moment of the reconciler. */
interface Awaited {
  readonly when: Crossing;
  readonly happens: () => Promise<void>;
}

/** The gateway of a history, and what can be done to it. */
export interface MissedGateway {
  readonly gateway: TestGateway;
  readonly fallbackUrl: string;
  readonly isInOutage: () => boolean;
  readonly setOutage: (begins: boolean) => void;
  /** Ends the execution environments of the lane's function; so many reads of secrets fail. */
  readonly restartLane: (failingReads: number) => Promise<void>;
  /** Ends all faults, and the bad day of Twilio's lists. */
  readonly endFaults: () => void;
  readonly rows: () => Promise<Row[]>;
  /** Waits until the queue of the lane and the event queue are empty. */
  readonly settled: (withinMs: number) => Promise<void>;
  readonly invokeReconciler: () => Promise<void>;
  readonly awaitMoment: (awaited: Awaited | undefined) => void;
  /** Bodies of all calls of `SendMessageBatch` that SQS was given. */
  readonly batches: readonly string[];
  /** How often the reconciler was killed. */
  readonly kills: () => number;
  readonly close: () => Promise<void>;
}

const pollMs = 20;
/** Until the consumer gets a message again that it could not store. */
const retrySeconds = 1;

export const startMissedGateway = async (plan: MissedPlan, assembly: Assembly): Promise<MissedGateway> => {
  const running: { gateway?: TestGateway } = {};
  const batches: string[] = [];
  let kills = 0;
  let awaited: Awaited | undefined;
  let outage = false;
  let failingReads = 0;
  let isOver = false;
  const kill = async (): Promise<void> => {
    kills += 1;
    await running.gateway?.gateway.functionNamed(functionPrefixes.reconciler).close();
  };
  const decision = createFaultDecision(plan.faults, kill);
  // A bad day ends; pages, lag and limits of the rate do not.
  const lastLists: ListConditions = { ...plan.lists, failingShare: 0 };
  const listConditions = (): ListConditions => {
    if (decision.choose('ListMessages', '') !== undefined) void kill();
    return isOver ? lastLists : plan.lists;
  };

  const proxied = await startProxiedGateway({
    assembly,
    account: plan.account,
    listConditions,
    functionEnvironment: {
      SECRET_TTL_SECONDS: '1',
      // Every message of a history is young.
      SETTLE_MINUTES: '0',
      STATUSES: plan.statuses,
      ...clockVariables(plan),
    },
  });
  const { gateway, proxies } = proxied;
  running.gateway = gateway;

  const decide = (call: ProxiedCall): Fault => {
    const fault = meanwhile(call) ?? unreadable(call) ?? decision.decide(call);
    if (call.action === 'SendMessageBatch' && reachesService(fault)) batches.push(call.body);
    return fault;
  };
  const meanwhile = ({ action }: ProxiedCall): Fault | undefined => {
    if (awaited === undefined || action !== actionAt[awaited.when]) return undefined;
    const { when, happens } = awaited;
    awaited = undefined;
    return { kind: 'meanwhile', when: when === 'after it has enqueued' ? 'after' : 'before', happens };
  };
  const unreadable = ({ action }: ProxiedCall): Fault | undefined => {
    if (action !== 'GetSecretValue' || failingReads === 0) return undefined;
    failingReads -= 1;
    return { kind: 'error', status: 503, type: 'ServiceUnavailable' };
  };
  for (const proxy of Object.values(proxies)) proxy.decide(decide);

  // Sooner than by the queue's visibility timeout: on a starved machine a write can fail without a fault.
  watchConsumer(gateway.gateway.functionNamed(functionPrefixes.consumer), gateway, retrySeconds);
  const ingress = gateway.gateway.functionNamed(functionPrefixes.ingress);
  const invoke = ingress.invoke.bind(ingress);
  ingress.invoke = (event) =>
    outage ? Promise.resolve({ kind: 'error', errorType: 'Injected', errorMessage: 'injected' }) : invoke(event);

  const { fallback } = gateway.gateway.state;
  if (fallback === undefined) throw new Error('the stage has no fallback lane');
  return {
    gateway,
    fallbackUrl: fallback.url,
    isInOutage: () => outage,
    setOutage: (begins) => void (outage = begins),
    restartLane: async (reads) => {
      failingReads = reads;
      await gateway.gateway.functionNamed(functionPrefixes.fallback).close();
    },
    endFaults: () => {
      isOver = true;
      outage = false;
      failingReads = 0;
      decision.endFaults();
      for (const proxy of Object.values(proxies)) proxy.release();
    },
    rows: async () => [...(await gateway.items()), ...(await gateway.markers())].map(rowOf),
    settled: async (withinMs) => {
      const until = Date.now() + withinMs;
      while ((await gateway.queued(fallback.queueUrl)) > 0) {
        if (Date.now() > until) throw new Error("the lane's queue did not become empty in time");
        await sleep(pollMs);
      }
      await gateway.settled(withinMs);
    },
    invokeReconciler: async () => {
      await gateway.gateway.functionNamed(functionPrefixes.reconciler).invoke({});
    },
    awaitMoment: (next) => void (awaited = next),
    batches,
    kills: () => kills,
    close: () => proxied.close(),
  };
};

/** The call of the reconciler at that moment. */
const actionAt: Readonly<Record<Crossing, string>> = {
  'before it reads the table': 'BatchGetItem',
  'before it enqueues': 'SendMessageBatch',
  'after it has enqueued': 'SendMessageBatch',
};

const reachesService = (fault: Fault): boolean =>
  !['error', 'hang', 'reset'].includes(fault.kind) && !(fault.kind === 'kill-caller' && fault.when === 'before');
