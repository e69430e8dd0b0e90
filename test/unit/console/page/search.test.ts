import { readNumber, readSearch } from '../../../../console/page/src/text/search-query';
import { matchesFilter } from '../../../../console/page/src/webhooks/match-filter';
import { webhookRow } from './webhook-rows';

const sid = `SM${'0123456789abcdef'.repeat(2)}`;

describe('the search box', () => {
  test.each([
    ['+15550100001', { with: '+15550100001' }],
    ['+1 (555) 010-0001', { with: '+15550100001' }],
    ['15550100001', { with: '+15550100001' }],
    ['whatsapp:+15550100001', { with: 'whatsapp:+15550100001' }],
    [sid, { subject: sid }],
    [sid.toUpperCase(), { subject: sid }],
    [`AC${sid.slice(2)}`, { search: `AC${sid.slice(2)}` }],
    ['order 17', { search: 'order 17' }],
    ['0100', { search: '0100' }],
    ['status:failed', { status: 'failed' }],
    ['type:call from:15550100001 hello you', { type: 'call', from: '+15550100001', search: 'hello you' }],
    ['time:12', { search: 'time:12' }],
    ['  ', {}],
  ])('understands %p', (text, query) => {
    expect(readSearch(text)).toEqual(query);
  });

  test('takes only a full number for a number', () => {
    expect(readNumber('555010')).toBeNull();
    expect(readNumber('+1555010')).toBe('+1555010');
    expect(readNumber('+1234567890123456')).toBeNull();
    expect(readNumber('')).toBeNull();
  });
});

describe('a webhook that has just arrived', () => {
  const row = webhookRow({ from: 'whatsapp:+15550100001', to: '+15550100000', body: 'Hello You', status: 'received' });

  test.each([
    [{}, true],
    [{ with: '+15550100001' }, true],
    [{ with: '+15550100000' }, true],
    [{ from: '+15550100000' }, false],
    [{ to: '+15550100000', direction: 'inbound' }, true],
    [{ with: 'messenger:+15550100001' }, false],
    [{ search: 'hello you' }, true],
    [{ search: 'goodbye' }, false],
    [{ kind: 'event' }, false],
    [{ type: 'message.' }, true],
    [{ type: 'call' }, false],
    [{ status: 'received', search: '' }, true],
    [{ until: '2026-01-01T00:00:00.000Z' }, false],
    [{ subject: row.id }, true],
  ])('fits %p: %p', (filter, expected) => {
    expect(matchesFilter(row, filter)).toBe(expected);
  });
});
