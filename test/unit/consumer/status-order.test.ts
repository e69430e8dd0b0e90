import * as fc from 'fast-check';
import { isStatusConflict, statusOrder } from '../../../lambda/consumer/status-order';

const inOrder = [
  'receiving',
  'received',
  'scheduled',
  'accepted',
  'queued',
  'sending',
  'sent',
  'canceled',
  'failed',
  'undelivered',
  'partially_delivered',
  'delivered',
  'read',
];

describe('the order of statuses', () => {
  it('gives every documented status its own place, in the order in which a message moves', () => {
    const orders = inOrder.map((status) => statusOrder(status, undefined) ?? NaN);
    expect(orders).toEqual([...orders].sort((a, b) => a - b));
    expect(new Set(orders).size).toBe(13);
  });

  it('compares error codes only of equal statuses', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: inOrder.length - 2 }),
        fc.stringMatching(/^\d{1,10}$/),
        (index, errorCode) => {
          const plain = statusOrder(inOrder[index] ?? '', undefined) ?? NaN;
          const withCode = statusOrder(inOrder[index] ?? '', errorCode) ?? NaN;
          const next = statusOrder(inOrder[index + 1] ?? '', undefined) ?? NaN;
          expect(plain < withCode && withCode < next && Number.isSafeInteger(withCode)).toBe(true);
        },
      ),
    );
  });

  it('has no order for other statuses, nor for names that objects inherit', () => {
    for (const status of ['teleported', '', 'Delivered', 'constructor', '__proto__']) {
      expect(statusOrder(status, undefined)).toBeUndefined();
    }
  });

  it('two different final statuses conflict in either order, but read and delivered do not', () => {
    expect(isStatusConflict('failed', 'delivered')).toBe(true);
    expect(isStatusConflict('delivered', 'failed')).toBe(true);
    expect(isStatusConflict('undelivered', 'read')).toBe(true);
    expect(isStatusConflict('failed', 'undelivered')).toBe(true);
    expect(isStatusConflict('delivered', 'read')).toBe(false);
    expect(isStatusConflict('sent', 'delivered')).toBe(false);
    expect(isStatusConflict('failed', 'failed')).toBe(false);
    expect(isStatusConflict(undefined, 'delivered')).toBe(false);
  });
});
