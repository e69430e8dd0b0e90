import { groupByDay } from '../../../../console/page/src/text/group-by-day';
import { splitLines } from '../../../../console/page/src/text/ndjson';
import { prettyText } from '../../../../console/page/src/text/pretty-text';
import { hrefOf, parseRoute } from '../../../../console/page/src/text/route';
import { dayText, durationText, exactText, logText, relativeText } from '../../../../console/page/src/text/time-text';

describe('lines of a stream', () => {
  test('are complete however the stream is cut', () => {
    const text = '{"a":1}\n\n{"b":"é"}\n{"c":';
    for (let at = 0; at <= text.length; at++) {
      const first = splitLines('', text.slice(0, at));
      const second = splitLines(first.rest, text.slice(at));
      expect([...first.lines, ...second.lines]).toEqual(['{"a":1}', '{"b":"é"}']);
      expect(second.rest).toBe('{"c":');
    }
  });
});

describe('the route', () => {
  test('is read as it was written', () => {
    const params = { account: 'AC1', own: '+15550100000', text: 'a&b=c d%', empty: '', none: null };
    expect(parseRoute(hrefOf('message', 'SM1#delivered/x', params))).toEqual({
      screen: 'message',
      id: 'SM1#delivered/x',
      params: { account: 'AC1', own: '+15550100000', text: 'a&b=c d%' },
    });
  });

  test.each([
    ['', 'inbox', ''],
    ['#/', 'inbox', ''],
    ['#/inbox', 'inbox', ''],
    ['#/refused/7', 'refused', '7'],
    ['#/%zz', '%zz', ''],
  ])('%p is the screen %p', (hash, screen, id) => {
    expect(parseRoute(hash)).toMatchObject({ screen, id });
  });
});

describe('times', () => {
  const now = new Date(2026, 2, 4, 12, 0, 0);
  const ago = (seconds: number): Date => new Date(now.getTime() - seconds * 1_000);

  test.each([
    [0, 'just now'],
    [40, '40 s ago'],
    [299, '4 min ago'],
    [7_300, '2 h ago'],
    [200_000, '2 d ago'],
    [-60, 'Mar 4 12:01'],
    [20 * 86_400, 'Feb 12'],
    [400 * 86_400, 'Jan 28, 2025'],
  ])('%p seconds ago is %p', (seconds, text) => {
    expect(relativeText(ago(seconds), now)).toBe(text);
  });

  test('have the date if it is not today', () => {
    expect(logText(new Date(2026, 2, 4, 9, 5, 7), now)).toBe('09:05:07');
    expect(logText(new Date(2026, 2, 3, 9, 5, 7), now)).toBe('Mar 3 09:05');
    expect(dayText(ago(3_600), now)).toBe('Today');
    expect(dayText(ago(86_400), now)).toBe('Yesterday');
    expect(dayText(ago(3 * 86_400), now)).toBe('Sunday, Mar 1');
  });

  test('are exact to the millisecond, with the offset', () => {
    expect(exactText(new Date(2026, 2, 4, 9, 5, 7, 42))).toMatch(/^2026-03-04 09:05:07\.042 UTC[+-]\d\d:\d\d$/);
  });

  test('between two events are short', () => {
    expect([340, 1_240, 180_000].map(durationText)).toEqual(['340 ms', '1.2 s', '3 min']);
  });
});

describe('days', () => {
  test('start at local midnight', () => {
    const times = [new Date(2026, 2, 3, 23, 59), new Date(2026, 2, 4, 0, 0), new Date(2026, 2, 4, 10, 0)];
    const days = groupByDay(times, (time) => new Date(time));
    expect(days.map(({ items }) => items.length)).toEqual([1, 2]);
    expect(days[1]?.date).toEqual(new Date(2026, 2, 4));
  });
});

describe('a payload', () => {
  test('is indented if it is JSON, and else unchanged', () => {
    expect(prettyText('{"a":1}')).toBe('{\n  "a": 1\n}');
    expect(prettyText('a=1&b=2')).toBe('a=1&b=2');
  });
});
