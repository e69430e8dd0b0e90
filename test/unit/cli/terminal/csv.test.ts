import * as fc from 'fast-check';
import { csvText } from '../../../../cli/terminal/csv';
import { anyCharacter } from '../../../helpers/any-character';

/** An independent reader of RFC 4180, to check the writer. */
const parseCsv = (text: string): string[][] => {
  const rows: string[][] = [];
  let cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  const endCell = () => {
    cells.push(cell);
    cell = '';
  };
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charAt(at);
    if (isQuoted && unit === '"' && text.charAt(at + 1) === '"') {
      cell += '"';
      at += 1;
    } else if (unit === '"') isQuoted = !isQuoted;
    else if (!isQuoted && unit === ',') endCell();
    else if (!isQuoted && unit === '\r' && text.charAt(at + 1) === '\n') {
      endCell();
      rows.push(cells);
      cells = [];
      at += 1;
    } else cell += unit;
  }
  endCell();
  return [...rows, cells];
};

describe('CSV', () => {
  it.each([
    '=HYPERLINK("http://x")',
    '+1',
    '-1',
    '@SUM(1)',
    '\t=1',
    '\r=1',
    '\uff1d1',
    '\uff0b1',
    '\uff0d1',
    '\uff201',
    ' =1',
    '\n=1',
  ])('quotes %j and puts a single quote before it (CLI-CSV)', (cell) => {
    const text = csvText(['body'], [[cell]]);
    expect(text).toBe(`body\r\n"'${cell.replaceAll('"', '""')}"`);
  });

  it('marks a phone number as text', () => {
    expect(csvText(['from'], [['+15550100001']])).toBe('from\r\n"\'+15550100001"');
  });

  it('leaves harmless cells alone and empties null', () => {
    expect(csvText(['a', 'b', 'c'], [['héllo 🌍', null, 7]])).toBe('a,b,c\r\nhéllo 🌍,,7');
  });

  it('keeps rows and columns apart whatever the cells contain, and no cell begins a formula', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.stringMatching(/^[=+@",;\r\n\t a-]{0,6}$/)), {
            minLength: 2,
            maxLength: 2,
          }),
          {
            minLength: 1,
            maxLength: 4,
          },
        ),
        (rows) => {
          const [head, ...parsed] = parseCsv(csvText(['a', 'b'], rows));
          expect(head).toEqual(['a', 'b']);
          expect(parsed).toHaveLength(rows.length);
          for (const cells of parsed) {
            expect(cells).toHaveLength(2);
            for (const cell of cells) expect(cell).not.toMatch(/^\s*[=+\-@]|^[\t\r\n]/);
          }
        },
      ),
    );
  });

  it('contains no control characters except line breaks and tabs inside quotes', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (cell) => {
        expect(csvText(['a'], [[cell]])).not.toMatch(
          /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/,
        );
      }),
    );
  });
});
