import { createColors } from 'picocolors';
import * as fc from 'fast-check';
import { clip, clipMiddle, displayWidth } from '../../../../characters/display-width';
import { printTable, shortAddress, shortTime, tableText } from '../../../../cli/terminal/table';
import type { Column } from '../../../../cli/terminal/layout/columns';

const paint = createColors(false);
const sid = `SM${'0123456789abcdef'.repeat(2)}`;
const columns: readonly Column[] = [
  { head: 'Received', keepWhole: true, short: shortTime },
  { head: 'Direction', priority: 4 },
  { head: 'From', maxCharacters: 24, short: shortAddress },
  { head: 'To', maxCharacters: 24, short: shortAddress, priority: 3 },
  { head: 'Status', priority: 2 },
  { head: 'Body', maxCharacters: 40, priority: 1 },
  { head: 'SID', keepWhole: true },
];
const row = (body: string, from = '+15550100001') => [
  '2026-03-04T05:06:07.008Z',
  'inbound',
  from,
  '+15550100002',
  'received',
  body,
  sid,
];

const longestLine = (text: string): number => Math.max(...text.split('\n').map(displayWidth));

describe('the width of a text', () => {
  it.each([
    ['plain', 5],
    ['héllo', 5],
    ['漢字', 4],
    ['ﾊﾝｶｸ', 4],
    ['한국어', 6],
    ['🌍🫠', 4],
    ['👩‍👩‍👧', 2],
    ['👍🏽', 2],
    ['🇩🇪🇫🇷', 4],
    ['1️⃣', 2],
    ['e\u0301', 1],
    ['मी', 1],
    ['', 0],
  ])('of %s is %i columns', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  it('of a clipped text is never more than asked for, and the cut is between characters', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 40 });
    fc.assert(
      fc.property(text, fc.integer({ min: 2, max: 30 }), (whole, width) => {
        for (const cut of [clip(whole, width), clipMiddle(whole, width)]) {
          expect(displayWidth(cut)).toBeLessThanOrEqual(width);
          expect(cut).not.toMatch(/\p{Surrogate}/u);
        }
      }),
    );
  });

  it('keeps both ends of an id that has no room', () => {
    expect(clipMiddle(sid, 11)).toBe('SM012…bcdef');
  });
});

describe('a table', () => {
  it('shows whole cells and every column where there is room', () => {
    expect(tableText(columns, [row('Hello')], { paint, terminalColumns: 160 })).toBe(
      'Received                  Direction  From          To            Status    Body   SID\n' +
        `2026-03-04T05:06:07.008Z  inbound    +15550100001  +15550100002  received  Hello  ${sid}`,
    );
  });

  it('fits 80 columns without a terminal: short times, clipped texts, no column of low priority, whole SIDs', () => {
    expect(tableText(columns, [row('A text that is longer than its room')], { paint })).toBe(
      'Received        From          Body            SID\n' + `03-04 05:06:07  +15550100001  A text that i…  ${sid}`,
    );
  });

  it('counts wide characters by their columns, so that the next column stays aligned', () => {
    const lines = tableText(columns, [row('漢字漢字漢字漢字漢字'), row('🌍🌍🌍'), row('abc')], { paint }).split('\n');
    expect(lines[1]).toContain('漢字漢字漢字…');
    for (const line of lines.slice(1)) expect(displayWidth(line.slice(0, line.indexOf(sid)))).toBe(46);
  });

  it('is within the terminal at every width that has room for a SID, and never cuts one', () => {
    const body = fc.string({ unit: 'grapheme', maxLength: 60 });
    const from = fc.constantFrom('+15550100001', 'whatsapp:+15550100001');
    fc.assert(
      fc.property(fc.array(fc.tuple(body, from)), fc.integer({ min: 64, max: 200 }), (texts, terminalColumns) => {
        const text = tableText(
          columns,
          texts.map(([one, other]) => row(one, other)),
          { paint, terminalColumns },
        );
        expect(longestLine(text)).toBeLessThanOrEqual(terminalColumns);
        for (const line of text.split('\n').slice(1)) expect(line).toContain(sid);
      }),
    );
  });

  it('shortens a SID in its middle only where it has no room', () => {
    const text = tableText(columns, [row('Hello')], { paint, terminalColumns: 40 });
    expect(longestLine(text)).toBeLessThanOrEqual(40);
    expect(text).toMatch(/SM0\w+…\w+ef$/);
  });

  it('shows every column and cell whole with --wide', () => {
    const body = 'long '.repeat(40).trim();
    expect(
      tableText(columns, [row(body, 'whatsapp:+15550100001')], { paint, terminalColumns: 40 }, { wide: true }),
    ).toContain(`2026-03-04T05:06:07.008Z  inbound    whatsapp:+15550100001  +15550100002  received  ${body}  ${sid}`);
  });

  it('says on stderr which columns are not shown', () => {
    const printed: string[] = [];
    const notes: string[] = [];
    const output = { data: (text: string) => printed.push(text), note: (text: string) => notes.push(text) };
    printTable(columns, [row('Hello')], { paint, output, terminalColumns: 80 });
    printTable(columns, [row('Hello')], { paint, output, terminalColumns: 80 }, { wide: true });
    expect(printed).toHaveLength(2);
    expect(notes).toEqual(['Not shown: Direction, To, Status. --wide shows every column.']);
  });

  it('takes time in proportion to its rows', () => {
    const rows = (count: number) => Array.from({ length: count }, (_, at) => row(`Hello ${at} 漢字 🌍`));
    const timeOf = (count: number): number => {
      const content = rows(count);
      const start = process.cpuUsage();
      tableText(columns, content, { paint });
      return process.cpuUsage(start).user;
    };
    timeOf(2_000);
    // Ten times as many rows: a table library that measured each row against all others took a hundred times as long.
    expect(timeOf(20_000) / timeOf(2_000)).toBeLessThan(40);
  });
});
