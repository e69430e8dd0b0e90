import type { Fault, ProxiedCall } from '../../helpers/fault-proxy';
import { refuseEntry } from '../events/refuse-entry';
import type { InjectedFault } from './history';

/** What can go wrong between a function and a service. */
export const faultKinds = [
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
  // Of a batch for SNS.
  'entry refused',
  // Of a handler.
  'handler fails',
  'handler throws',
  'handler exits',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** A fault for some calls of one action: `times` in a row, after `skip` calls have passed. */
export interface FaultRule {
  /**
   * An action of a service. `GetRecords` is what the table's stream hands to the publisher, `ReceiveMessage` what a
   * queue hands to a handler: AWS makes these calls for the function.
   */
  readonly action: string;
  /** A text in the call's body, such as a MessageSid; empty for every call of the action. */
  readonly about: string;
  /** How many of these calls pass first. */
  readonly skip: number;
  readonly times: number;
  readonly kind: FaultKind;
}

const slowMs = 300;
/** The services' own names for throttling. */
const throttles: Readonly<Record<string, string>> = {
  SendMessage: 'ThrottlingException',
  PutItem: 'ProvisionedThroughputExceededException',
  UpdateItem: 'ProvisionedThroughputExceededException',
  PublishBatch: 'Throttling',
};
/** On the way from the table to the handlers. */
export const eventActions = ['GetRecords', 'PublishBatch', 'ReceiveMessage'];

export interface FaultDecision {
  decide(call: ProxiedCall): Fault;
  /** The fault of a call that no proxy sees. */
  choose(action: string, body: string): FaultKind | undefined;
  /** How often each rule has injected its fault. */
  readonly injectedCounts: readonly number[];
  /** Every injected fault. */
  readonly injectedFaults: readonly InjectedFault[];
  /** Ends all faults: from now on every call passes. */
  endFaults(): void;
}

/**
 * Chooses a fault by the content and the number of calls, not by their time, so that a plan meets the same faults on
 * every machine.
 * @param killCaller ends the execution environments that make calls of an action
 */
export const createFaultDecision = (
  rules: readonly FaultRule[],
  killCaller: (action: string) => Promise<void>,
): FaultDecision => {
  const seen = rules.map(() => 0);
  const injectedCounts = rules.map(() => 0);
  const injectedFaults: InjectedFault[] = [];
  let isOver = false;
  const choose = (action: string, body: string): FaultRule | undefined => {
    if (isOver) return undefined;
    let chosen: FaultRule | undefined;
    for (const [at, rule] of rules.entries()) {
      if (rule.action !== action || !body.includes(rule.about)) continue;
      const before = seen[at] ?? 0;
      seen[at] = before + 1;
      if (chosen !== undefined || before < rule.skip || before >= rule.skip + rule.times) continue;
      injectedCounts[at] = (injectedCounts[at] ?? 0) + 1;
      chosen = rule;
    }
    return chosen;
  };
  return {
    injectedCounts,
    injectedFaults,
    endFaults: () => {
      isOver = true;
    },
    choose: (action, body) => choose(action, body)?.kind,
    decide: ({ action, body }) => {
      const rule = choose(action, body);
      if (rule === undefined) return { kind: 'pass' };
      const { about, kind } = rule;
      const fromMs = Date.now();
      const note = (toMs: number): void => void injectedFaults.push({ action, about, kind, fromMs, toMs });
      if (!kind.startsWith('killed')) note(fromMs);
      return faultOf(rule, async () => {
        await killCaller(action);
        note(Date.now());
      });
    },
  };
};

const faultOf = ({ kind, action, about }: FaultRule, kill: () => Promise<void>): Fault => {
  switch (kind) {
    case 'throttled':
      return { kind: 'error', status: 400, type: throttles[action] ?? 'ThrottlingException' };
    case 'unavailable':
      return { kind: 'error', status: 503, type: 'ServiceUnavailable' };
    case 'denied':
      return { kind: 'error', status: 400, type: 'AccessDeniedException' };
    case 'hang':
      return { kind: 'hang' };
    case 'reset':
      return { kind: 'reset' };
    case 'answer lost':
      return { kind: 'drop-answer' };
    case 'slow':
      return { kind: 'slow', milliseconds: slowMs };
    case 'twice':
      return { kind: 'twice' };
    case 'damaged checksum':
      return {
        kind: 'change-answer',
        change: (body) => body.replace(/("MD5OfMessageBody":")[0-9a-f]{32}/, `$1${'0'.repeat(32)}`),
      };
    case 'entry refused':
      return { kind: 'change-request', change: (body) => refuseEntry(body, about) };
    case 'handler fails':
    case 'handler throws':
    case 'handler exits':
      return { kind: 'pass' };
    case 'killed before':
      return { kind: 'kill-caller', when: 'before', kill };
    case 'killed after':
      return { kind: 'kill-caller', when: 'after', kill };
  }
};
