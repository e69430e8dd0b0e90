import { newMessageSid } from '../../helpers/webhooks';
import type { Edge } from '../support/test-gateway';
import { consume, envelopeOf, recordsOf, statusEnvelope } from '../support/queue-records';
import { runCases } from '../support/run-cases';

/** Delivers the statuses of one message in this order. */
const deliver = async (edge: Edge, sid: string, statuses: readonly string[]): Promise<void> => {
  for (const status of statuses) {
    expect(await consume(edge, recordsOf(statusEnvelope(edge, sid, status)))).toEqual([]);
  }
};

/** The message's item and the statuses of its history. */
const stored = async (edge: Edge, sid: string) => {
  const items = await edge.gateway.itemsOf(`${edge.account.accountSid}#MESSAGE#${sid}`);
  return {
    message: items.find(({ sk }) => sk?.S === 'MESSAGE'),
    history: items.flatMap((item) => (item['sk']?.S?.startsWith('STATUS#') === true ? (item['status']?.S ?? []) : [])),
  };
};

const expectFinal = async (edge: Edge, sid: string, status: string, history: readonly string[]) => {
  const found = await stored(edge, sid);
  expect(found.message?.['status']).toEqual({ S: status });
  expect(found.history.sort()).toEqual([...history].sort());
};

const permutations = <T>(values: readonly T[]): T[][] =>
  values.length <= 1
    ? [[...values]]
    : values.flatMap((value, at) =>
        permutations([...values.slice(0, at), ...values.slice(at + 1)]).map((rest) => [value, ...rest]),
      );

runCases('consumer/status-order', {
  'CON-O-REV': async (edge) => {
    const sid = newMessageSid();
    await deliver(edge, sid, ['delivered', 'sent', 'queued']);
    await expectFinal(edge, sid, 'delivered', ['delivered', 'sent', 'queued']);
  },

  'CON-O-PERM': async (edge) => {
    const statuses = ['queued', 'sending', 'sent', 'delivered', 'read'];
    const messages = permutations(statuses).map((order) => ({ sid: newMessageSid(), order }));
    expect(messages).toHaveLength(120);
    for (let step = 0; step < statuses.length; step += 1) {
      const envelopes = messages.map(({ sid, order }) => statusEnvelope(edge, sid, order[step] ?? ''));
      expect(await consume(edge, recordsOf(...envelopes))).toEqual([]);
    }
    const rows = await edge.expectEffects({ queued: 0, stored: 120 * 6 });
    const finals = rows.filter(({ sk }) => sk?.S === 'MESSAGE').map((item) => item['status']?.S);
    expect(finals).toEqual(messages.map(() => 'read'));
  },

  // The rule is in `lambda/consumer/status-order.ts`: proof of delivery beats every failure, whatever came first.
  'CON-O-TERMINAL': async (edge) => {
    const orders = [
      ['delivered', 'failed'],
      ['failed', 'delivered'],
      ['undelivered', 'delivered'],
      ['delivered', 'undelivered'],
    ];
    for (const [index, order] of orders.entries()) {
      const sid = newMessageSid();
      await deliver(edge, sid, order);
      await expectFinal(edge, sid, 'delivered', order);
      expect(await edge.log.counted('StatusConflict', index + 1)).toBe(index + 1);
      // A repeated delivery is not another conflict.
      await deliver(edge, sid, order);
      expect(await edge.log.counted('StatusConflict', index + 1)).toBe(index + 1);
    }
  },

  'CON-O-SIDONLY': async (edge) => {
    const sid = newMessageSid();
    await deliver(edge, sid, ['sent', 'delivered']);
    await expectFinal(edge, sid, 'delivered', ['sent', 'delivered']);
    expect(await edge.log.counted('Duplicate')).toBe(0);
  },

  'CON-O-UNKNOWN': async (edge) => {
    const sid = newMessageSid();
    await deliver(edge, sid, ['sent', 'teleported']);
    await expectFinal(edge, sid, 'sent', ['sent', 'teleported']);
    expect(await edge.log.counted('UnknownStatus', 1)).toBe(1);
    // Also if the unknown status comes first.
    const other = newMessageSid();
    await deliver(edge, other, ['teleported', 'sent']);
    await expectFinal(edge, other, 'sent', ['sent', 'teleported']);
  },

  'CON-O-INBOUND': async (edge) => {
    for (const messageFirst of [true, false]) {
      const form = edge.sms();
      const sid = String(form['MessageSid']);
      const message = envelopeOf(edge, 'message', form);
      const status = statusEnvelope(edge, sid, 'delivered');
      for (const envelope of messageFirst ? [message, status] : [status, message]) {
        expect(await consume(edge, recordsOf(envelope))).toEqual([]);
      }
      await expectFinal(edge, sid, 'delivered', ['delivered']);
      expect((await stored(edge, sid)).message).toMatchObject({
        direction: { S: 'inbound' },
        from: { S: form['From'] },
        to: { S: form['To'] },
        body: { S: form['Body'] },
      });
    }
  },
});
