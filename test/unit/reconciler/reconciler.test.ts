import { reconcileAccounts } from '../../../lambda/reconciler/reconciler';
import type { AccountState, ReconcilerPorts } from '../../../lambda/reconciler/ports';
import { messageKey } from '../../../lambda/shared/contract/table';
import { parseForm } from '../../../lambda/shared/payload/form';
import type { Envelope } from '../../../lambda/shared/payload/envelope';
import type { ListedMessage } from '../../../lambda/shared/reconciliation/listed-message';
import type { Cycle } from '../../../lambda/shared/reconciliation/reconcile';
import { TwilioApiError } from '../../../lambda/shared/twilio/twilio-api-error';
import { accountSid, at, fakeLists, fakeTable, listed, outgoing } from './fake-twilio';

const settings = { windowHours: 24, settleMinutes: 5, statuses: 'known' } as const;
const key = { accountSid, apiKey: `SK${'2'.repeat(32)}`, apiSecret: 'secret' };

/** A stage whose consumer stores each backfill at once. */
const stage = (messages: readonly ListedMessage[], changed: Partial<ReconcilerPorts> = {}) => {
  const table = fakeTable();
  const sent: Envelope[] = [];
  const counts: Record<string, number> = {};
  const reasons: string[] = [];
  let state: AccountState = { cycle: undefined, completeAt: at(0).getTime() };
  let isBusy = false;
  const missed = new Set<string>();
  const ports: ReconcilerPorts = {
    readKeys: () => Promise.resolve({ kind: 'ok', keys: [key] }),
    cycles: {
      claim: () => Promise.resolve(isBusy ? undefined : state),
      save: (_account, cycle: Cycle) => {
        state = { ...state, cycle };
        return Promise.resolve();
      },
      recordMissed: (_account, eventId) => {
        const isNew = !missed.has(eventId);
        missed.add(eventId);
        return Promise.resolve(isNew);
      },
      release: (_account, completeAt) => {
        if (completeAt !== undefined) state = { cycle: undefined, completeAt };
        return Promise.resolve();
      },
    },
    openLists: () => fakeLists(messages),
    readKnown: () => table.read,
    send: (envelopes) => {
      for (const envelope of envelopes) {
        sent.push(envelope);
        const [sid = ''] = envelope.eventId.split('#');
        table.put(messageKey(accountSid, sid), {
          direction: envelope.kind === 'message' ? 'inbound' : 'outbound',
          status: String(parseForm(envelope.body)['SmsStatus']),
        });
      }
      return Promise.resolve();
    },
    log: (_level, { reason }) => reason !== 'webhook_missed' && reasons.push(reason),
    metrics: { count: (name, value = 1) => (counts[name] = (counts[name] ?? 0) + value) },
    now: () => at(30).getTime(),
    ...changed,
  };
  return {
    table,
    sent,
    counts,
    reasons,
    state: () => state,
    setBusy: (busy: boolean) => (isBusy = busy),
    run: (over: Partial<ReconcilerPorts> = {}, signal = new AbortController().signal) =>
      reconcileAccounts({ ...ports, ...over }, settings, at(34).getTime(), signal),
  };
};

it('backfills what is missing once, with the webhook that Twilio would have sent', async () => {
  const picture = listed(3, { numMedia: 1, messagingServiceSid: `MG${'3'.repeat(32)}` });
  const { run, sent, counts, reasons } = stage([listed(1), listed(2), picture]);
  await run();
  await run();
  expect(sent.map(({ eventId, via, kind }) => [eventId, via, kind])).toEqual(
    [listed(1), listed(2), picture].map(({ sid }) => [sid, 'backfill', 'message']),
  );
  expect(parseForm(sent[2]?.body ?? '')).toMatchObject({
    MessageSid: picture.sid,
    AccountSid: accountSid,
    MessagingServiceSid: picture.messagingServiceSid,
    Body: 'hello',
    NumMedia: '1',
    MediaUrl0: `https://api.twilio.com/${picture.sid}/ME1`,
    MediaContentType0: 'image/png',
  });
  expect(counts).toMatchObject({ MissedWebhooks: 3, BackfilledMessages: 3, ReconciliationLag: 0 });
  expect(reasons).toEqual(['reconciled', 'reconciled']);
});

it('also finds the status of a message that was never sent, which has no date', async () => {
  const failed = outgoing(7, 'failed', { sentAt: undefined, errorCode: '21610' });
  const { run, sent, table } = stage([listed(1), failed]);
  table.put(messageKey(accountSid, listed(1).sid), { direction: 'inbound' });
  table.put(messageKey(accountSid, failed.sid), { direction: 'outbound', status: 'queued' });
  await run();
  expect(sent.map(({ eventId }) => eventId)).toEqual([`${failed.sid}#failed#21610`]);
});

it('continues at the same page after it was stopped half way, and counts each message once', async () => {
  const messages = [1, 2, 3, 4, 5, 6].map((number) => listed(number));
  const { run, sent, counts, state, reasons } = stage(messages);
  const stopping = new AbortController();
  const lists = fakeLists(messages);
  const stopped = {
    ...lists,
    next: (path: string) => {
      stopping.abort(new Error('out of time'));
      return lists.next(path);
    },
  };
  await run({ openLists: () => stopped }, stopping.signal);
  expect(state().cycle).toMatchObject({ listed: 4, missing: 4 });
  await run();
  expect(sent.map(({ eventId }) => eventId)).toEqual(messages.map(({ sid }) => sid));
  expect(counts).toMatchObject({ MissedWebhooks: 6, BackfilledMessages: 6 });
  expect(reasons).toEqual(['reconciliation_continues', 'reconciled']);
  expect(state()).toEqual({ cycle: undefined, completeAt: at(30).getTime() });
});

it('counts a message once although its backfill stays in the queue, and a later status of a message again', async () => {
  const message = outgoing(2, 'sent');
  const { run, counts, table } = stage([listed(1), message]);
  table.put(messageKey(accountSid, message.sid), { direction: 'outbound', status: 'queued' });
  const sent: string[] = [];
  const send = (envelopes: readonly Envelope[]) => {
    sent.push(...envelopes.map(({ eventId }) => eventId));
    return Promise.resolve();
  };
  await run({ send });
  await run({ send });
  expect(sent).toHaveLength(4);
  expect(counts).toMatchObject({ MissedWebhooks: 2, BackfilledMessages: 2 });
  await run({ send, openLists: () => fakeLists([listed(1), outgoing(2, 'delivered')]) });
  expect(counts).toMatchObject({ MissedWebhooks: 3, BackfilledMessages: 3 });
});

it.each(['before', 'after'])('counts a message once if it ends just %s SQS takes the backfill', async (moment) => {
  const { run, counts, sent, reasons, table } = stage([listed(1)]);
  const failing = (envelopes: readonly Envelope[]) => {
    if (moment === 'after') {
      sent.push(...envelopes);
      // The consumer is faster than the next invocation, which finds nothing missing.
      table.put(messageKey(accountSid, listed(1).sid), { direction: 'inbound' });
    }
    return Promise.reject(new Error('connection reset'));
  };
  await run({ send: failing });
  await run();
  expect(counts).toMatchObject({ MissedWebhooks: 1, BackfilledMessages: 1 });
  expect(reasons).toEqual(['reconciliation_failed', 'reconciled']);
  expect(sent.at(-1)?.eventId).toBe(listed(1).sid);
});

it('reports a list that cannot be read, the lag, and nothing while another invocation works', async () => {
  const { run, counts, reasons, setBusy } = stage([]);
  const lists = { ...fakeLists([]), messages: () => Promise.reject(new TwilioApiError(401, 20003)) };
  await run({ openLists: () => lists });
  expect(counts).toEqual({ ReconciliationLag: 1800 });
  setBusy(true);
  await run();
  expect(reasons).toEqual(['list_unavailable', 'reconciliation_busy']);
});

it('leaves a message alone until its webhook had the time to come', async () => {
  // It is minute 30, and `settleMinutes` is 5.
  const { run, sent } = stage([listed(1, { createdAt: at(24) }), listed(2, { createdAt: at(26) })]);
  await run();
  expect(sent.map(({ eventId }) => eventId)).toEqual([listed(1).sid]);
});

describe('with several accounts', () => {
  const keys = [key, { ...key, accountSid: `AC${'5'.repeat(32)}` }];
  const readKeys = () => Promise.resolve({ kind: 'ok', keys } as const);

  it('ends an account that takes too long, so that the next one has its share of the time', async () => {
    let reads = 0;
    let completed: readonly unknown[] = [];
    const { run, reasons, counts } = stage([], {
      readKeys,
      // The first account has half of the time, in which its list is not read.
      now: () => at(34).getTime() - 40,
    });
    const cycles = {
      claim: () => Promise.resolve({ cycle: undefined, completeAt: at(24).getTime() }),
      save: () => Promise.resolve(),
      recordMissed: () => Promise.resolve(true),
      release: (sid: string, completeAt: number | undefined) => {
        if (completeAt !== undefined) completed = [...completed, sid];
        return Promise.resolve();
      },
    };
    const openLists: ReconcilerPorts['openLists'] = ({ accountSid: sid }, signal) => {
      reads += 1;
      const endless = () =>
        new Promise<never>((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        });
      return sid === accountSid ? { ...fakeLists([]), messages: endless } : fakeLists([]);
    };
    await run({ cycles, openLists });
    expect(reads).toBe(2);
    expect(completed).toEqual([keys[1]?.accountSid]);
    expect(reasons).toEqual(['reconciliation_continues', 'reconciled']);
    expect(counts).toEqual({ ReconciliationLag: 600 });
  });

  it.each<[string, () => Promise<undefined>]>([
    ['another invocation has', () => Promise.resolve(undefined)],
    ['the table does not answer for', () => Promise.reject(new Error('throttled'))],
  ])('measures no lag while %s one of them: the alarm would take it for the lowest', async (_title, claim) => {
    const { run, counts } = stage([], { readKeys });
    const cycles = {
      claim: (sid: string) =>
        sid === accountSid ? Promise.resolve({ cycle: undefined, completeAt: at(0).getTime() }) : claim(),
      save: () => Promise.resolve(),
      recordMissed: () => Promise.resolve(true),
      release: () => Promise.resolve(),
    };
    await run({ cycles });
    expect(counts).toEqual({});
  });
});

it('reports a secret that cannot be used', async () => {
  const { run, counts, reasons } = stage([listed(1)]);
  await run({ readKeys: () => Promise.resolve({ kind: 'unusable', detail: 'the secret is still the placeholder' }) });
  expect(counts).toEqual({ ConfigError: 1 });
  expect(reasons).toEqual(['reconciler_secret_unusable']);
});
