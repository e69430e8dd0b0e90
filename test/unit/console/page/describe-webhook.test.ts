import {
  filterFromParams,
  paramsFromFilter,
  queryOf,
  rowFilterOf,
} from '../../../../console/page/src/screens/inbox/inbox-filter';
import { hrefOfWebhook, statusOf, summaryOf, toneOf } from '../../../../console/page/src/webhooks/describe-webhook';
import { webhookRow } from './webhook-rows';

const accountSid = `AC${'0123456789abcdef'.repeat(2)}`;

describe('a row of the inbox', () => {
  test('says what a webhook is about', () => {
    expect(summaryOf(webhookRow())).toBe('Hello');
    expect(summaryOf(webhookRow({ body: '', numMedia: 2 }))).toBe('2 attachments');
    expect(summaryOf(webhookRow({ kind: 'status', body: null, errorCode: '30003' }))).toBe('Error 30003');
    expect(summaryOf(webhookRow({ kind: 'event', body: null, subject: 'CA1' }))).toBe('CA1');
    expect(summaryOf(webhookRow({ kind: 'unrecognized', body: null, reason: 'No SID.' }))).toBe('No SID.');
  });

  test('has a status, and a colour for it', () => {
    expect(statusOf(webhookRow({ kind: 'event', type: 'call.completed', status: null }))).toBe('completed');
    expect(statusOf(webhookRow({ kind: 'event', type: 'onMessageAdded', status: null }))).toBeNull();
    expect(toneOf(webhookRow({ status: 'undelivered' }))).toBe('problem');
    expect(toneOf(webhookRow({ kind: 'unrecognized' }))).toBe('warning');
  });

  test('leads to the screen that shows it: a status to its message', () => {
    const status = webhookRow({ kind: 'status', id: 'SM1#delivered#-', subject: 'SM1' });
    expect(hrefOfWebhook(status)).toBe(`#/message/SM1?account=${accountSid}`);
    expect(hrefOfWebhook(webhookRow({ kind: 'event', id: 'E1' }))).toBe(`#/event/E1?account=${accountSid}`);
  });
});

describe('the filter of the inbox', () => {
  const now = new Date('2026-03-04T12:00:00.000Z');

  test('is kept in the URL without what is usual', () => {
    const filter = filterFromParams({ search: 'hello', kind: 'event' });
    expect(paramsFromFilter(filter)).toEqual({ search: 'hello', kind: 'event', direction: '', range: '' });
    expect(filterFromParams({})).toMatchObject({ range: '7d', search: '' });
  });

  test('asks for a period and for what the search box says', () => {
    const filter = filterFromParams({ search: '+1 555 010 0001', range: '1h', direction: 'inbound' });
    expect(queryOf(filter, now)).toEqual({
      ...{ since: '2026-03-04T11:00:00.000Z', until: '', kinds: '', direction: 'inbound' },
      with: '+15550100001',
    });
  });

  test('takes a period of its own, and the last week where a time is missing', () => {
    const custom = filterFromParams({ range: 'custom', since: '2026-03-01T08:00', until: '2026-03-02T08:00' });
    expect(queryOf(custom, now)).toMatchObject({
      since: new Date(2026, 2, 1, 8).toISOString(),
      until: new Date(2026, 2, 2, 8).toISOString(),
    });
    expect(rowFilterOf(custom, now).until).toBe(new Date(2026, 2, 2, 8).toISOString());
    expect(queryOf(filterFromParams({ range: 'custom' }), now)).toMatchObject({
      since: '2026-02-25T12:00:00.000Z',
      until: '',
    });
  });
});
