import { setTimeout as sleep } from 'node:timers/promises';
import { countedAs } from '../checker/readings';
import type { Reconciliation } from './history';
import type { MissedGateway } from './missed-gateway';

/** Longer than a reconciler that was killed holds the account. */
const busyMs = 20_000;
const pauseMs = 250;

/** Invokes the reconciler, and records what it did. While another one has the account, it is invoked again later. */
export const reconcile = async (gateway: MissedGateway, when: string, atOnce: number): Promise<Reconciliation> => {
  const before = await gateway.rows();
  const batchesBefore = gateway.batches.length;
  const killsBefore = gateway.kills();
  const until = Date.now() + busyMs;
  let log = '';
  for (;;) {
    const from = gateway.gateway.logText().length;
    await Promise.all(Array.from({ length: atOnce }, () => gateway.invokeReconciler()));
    const lines = gateway.gateway.logText().slice(from);
    log += lines;
    const isBusy = lines.split('"reconciliation_busy"').length - 1 === atOnce;
    if (!isBusy || Date.now() > until) break;
    await sleep(pauseMs);
  }
  return {
    when,
    before,
    missed: countedAs(log, 'MissedWebhooks'),
    backfilled: countedAs(log, 'BackfilledMessages'),
    named: log
      .split('\n')
      .filter((line) => line.startsWith('{') && line.includes('"webhook_missed"'))
      .map((line) => String((JSON.parse(line) as Readonly<Record<string, unknown>>)['eventId'])),
    enqueued: [...new Set(gateway.batches.slice(batchesBefore).flatMap(eventIdsOf))],
    kills: gateway.kills() - killsBefore,
    completed: log.split('"reconciled"').length - 1,
  };
};

interface Batch {
  readonly Entries: readonly { readonly MessageBody: string }[];
}

const eventIdsOf = (body: string): readonly string[] =>
  // What the reconciler has sent to SQS: envelopes.
  (JSON.parse(body) as Batch).Entries.map(
    ({ MessageBody }) => (JSON.parse(MessageBody) as { readonly eventId: string }).eventId,
  );
