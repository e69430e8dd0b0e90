import { mergeRows, newRows, reachesRows, withoutRepeats } from '../../../../console/page/src/screens/inbox/merge-rows';
import { bubblesOf, mergeMessages } from '../../../../console/page/src/screens/conversations/bubbles';
import { scrollToRow, windowRows } from '../../../../console/page/src/text/window-rows';
import type { WebhookView } from '../../../../cli/clients/webhook-view';
import { webhookRow, webhookRows } from './webhook-rows';

const numbers = (rows: readonly WebhookView[]): readonly number[] => rows.map(({ id }) => Number(id.slice(2)));

describe('the rows of the inbox', () => {
  test('are the newest first, each once, whatever the order they arrive in', () => {
    const rows = mergeRows(webhookRows(9, 7, 5), webhookRows(6, 9, 10));
    expect(numbers(rows)).toEqual([10, 9, 7, 6, 5]);
    expect(numbers(newRows(rows, webhookRows(10, 11)))).toEqual([11]);
  });

  test('are the same list if nothing was added', () => {
    const rows = webhookRows(2, 1);
    expect(mergeRows(rows, [])).toBe(rows);
  });

  test('have a sent message once: its last status, and no item of the message beside it', () => {
    const subject = `SM${'1'.repeat(32)}`;
    const sent = webhookRow({ id: subject, subject, direction: 'outbound', status: 'delivered' });
    const delivered = { ...sent, id: `${subject}#delivered#-`, kind: 'status' } as const;
    const earlier = { ...delivered, id: `${subject}#sent#-`, status: 'sent' } as const;
    const received = webhookRow({ subject });
    const foreign = { ...sent, accountSid: `AC${'f'.repeat(32)}` };
    expect(withoutRepeats([delivered, sent, earlier, received, foreign])).toEqual([
      delivered,
      earlier,
      received,
      foreign,
    ]);
    expect(withoutRepeats([earlier, sent])).toEqual([earlier, sent]);
    const rows = [sent, received];
    expect(withoutRepeats(rows)).toBe(rows);
  });

  test('know a page that leaves a gap', () => {
    expect(reachesRows(webhookRows(3, 2, 1), webhookRows(5, 4, 3))).toBe(true);
    expect(reachesRows(webhookRows(3, 2, 1), webhookRows(6, 5))).toBe(false);
    expect(reachesRows([], webhookRows(6, 5))).toBe(true);
  });
});

describe('the window of a long list', () => {
  test('has the rows in sight and some around them', () => {
    expect(windowRows(0, 360, 36, 10_000)).toEqual({ start: 0, end: 21 });
    expect(windowRows(36_000, 360, 36, 10_000)).toEqual({ start: 990, end: 1_021 });
    expect(windowRows(359_640, 360, 36, 10_000)).toEqual({ start: 9_980, end: 10_000 });
    expect(windowRows(500, 360, 36, 0)).toEqual({ start: 0, end: 0 });
  });

  test('ends with the last row when the list has become shorter than the place', () => {
    const { start, end } = windowRows(36_000, 360, 36, 20);
    expect(end).toBe(20);
    expect(start).toBeLessThanOrEqual(20);
  });

  test('scrolls no further than needed to show a row', () => {
    expect(scrollToRow(0, 100, 360, 36)).toBe(0);
    expect(scrollToRow(5, 100, 360, 36)).toBe(100);
    expect(scrollToRow(20, 100, 360, 36)).toBe(21 * 36 - 360);
  });
});

describe('a conversation', () => {
  test('shows each message once, oldest first, with its latest status', () => {
    const [first, second] = webhookRows(1, 2);
    const later = webhookRow({ ...second, status: 'delivered' });
    const merged = mergeMessages(
      [first, second].filter((row) => row !== undefined),
      [later],
    );
    expect(numbers(merged)).toEqual([1, 2]);
    expect(merged[1]?.status).toBe('delivered');
  });

  test('shows a reply with its text, and once it is stored with the status that was stored', () => {
    const sid = `SM${'f'.repeat(32)}`;
    const reply = { sid, at: '2026-03-01T10:00:05.000Z', body: 'Thanks', status: 'accepted' };
    const message = webhookRow();
    expect(bubblesOf([message], [reply])).toMatchObject([
      { sid: message.id, isInbound: true, isReply: false },
      { sid, body: 'Thanks', status: 'accepted', isInbound: false, isReply: true },
    ]);
    const stored = webhookRow({ id: sid, direction: 'outbound', body: null, status: 'delivered' });
    expect(bubblesOf([message, stored], [reply])).toMatchObject([
      { sid: message.id },
      { sid, body: 'Thanks', status: 'delivered', isReply: false, at: reply.at },
    ]);
  });

  test('marks an opt-out, by keyword or by error 21610', () => {
    const bubbles = bubblesOf(
      [webhookRow({ optOutType: 'STOP' }), webhookRow({ id: 'SM1', direction: 'outbound', errorCode: '21610' })],
      [],
    );
    expect(bubbles.map(({ optOut }) => optOut)).toEqual(['STOP', 'STOP']);
  });
});
