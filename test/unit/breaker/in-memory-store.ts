import type { Firing } from '../../../lambda/breaker/trigger-event';
import type { BreakerStore, BreakerDecision } from '../../../lambda/breaker/ports';
import {
  breakerKey,
  finalDecisions,
  openDecisions,
  rejectedDecisions,
  type FinalDecision,
  type OpenDecision,
} from '../../../lambda/shared/breaker/breaker-record';

export interface StoredRow {
  readonly decision: string;
  readonly verdict?: BreakerDecision;
  readonly owner?: string | undefined;
  readonly leaseUntil: number;
  readonly requestId: string;
  readonly replays: number;
  readonly fault?: string;
}

export interface InMemoryStore {
  readonly store: BreakerStore;
  /** By sort key. */
  readonly rows: ReadonlyMap<string, StoredRow>;
}

const leaseMs = 5 * 60 * 1000;

/** A fake of `BreakerStore`. The contract suite checks that it behaves like the store in DynamoDB. */
export const createInMemoryStore = (now: () => number): InMemoryStore => {
  const rows = new Map<string, StoredRow>();
  const keyOf = (firing: Firing): string => Object.values(breakerKey(firing)).join(' ');
  const change = (firing: Firing, changes: Partial<StoredRow>): boolean => {
    const row = rows.get(keyOf(firing));
    if (row?.owner !== firing.requestId) return false;
    rows.set(keyOf(firing), { ...row, ...changes });
    return true;
  };
  const store: BreakerStore = {
    claim: (firing) => {
      const key = keyOf(firing);
      const row = rows.get(key);
      const decided = finalDecisions.find((candidate): candidate is FinalDecision => candidate === row?.decision);
      const isReopened =
        rejectedDecisions.some((candidate) => candidate === decided) &&
        row !== undefined &&
        row.requestId !== firing.requestId;
      if (row !== undefined && decided !== undefined && !isReopened) {
        return Promise.resolve({ kind: 'decided', decision: decided, requestId: row.requestId });
      }
      if (row !== undefined && !isReopened && row.owner !== firing.requestId && row.leaseUntil >= now()) {
        return Promise.resolve({ kind: 'busy' });
      }
      const { requestId } = firing;
      const leased = { owner: requestId, requestId, leaseUntil: now() + leaseMs };
      rows.set(key, { decision: 'deciding', replays: 0, ...(isReopened ? {} : row), ...leased });
      return Promise.resolve({
        kind: 'open',
        decision:
          openDecisions.find((candidate): candidate is OpenDecision => candidate === row?.decision) ?? 'deciding',
        advance: (decision) =>
          change(firing, { decision }) ? Promise.resolve() : Promise.reject(new Error('the lease is lost')),
        decide: (verdict) => {
          change(firing, { decision: verdict.decision, verdict, owner: undefined });
          return Promise.resolve();
        },
        noteError: (fault) => {
          const hasBegun = rows.get(key)?.decision !== 'deciding';
          change(firing, { fault, ...(hasBegun ? {} : { leaseUntil: 0 }) });
          return Promise.resolve();
        },
      });
    },
    noteReplay: (firing) => {
      const row = rows.get(keyOf(firing));
      if (row !== undefined) rows.set(keyOf(firing), { ...row, replays: row.replays + 1 });
      return Promise.resolve();
    },
  };
  return { store, rows };
};
