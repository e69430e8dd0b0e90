import { terminalText } from './terminal-text';

/**
 * A spreadsheet evaluates a cell that begins like this; some trim white space or fold full-width forms first.
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
const formula = /^[\s\ufeff\u200b-\u200f]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/u;

type CsvCell = string | number | null;

const cellText = (value: CsvCell): string => {
  if (value === null) return '';
  // Line breaks and tabs are legal inside quotes; other control characters would reach the terminal or the sheet.
  const safe = String(value)
    .split(/([\t\r\n])/)
    .map((part, at) => (at % 2 === 1 ? part : terminalText(part)))
    .join('');
  if (formula.test(String(value))) return `"'${safe.replaceAll('"', '""')}"`;
  return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/**
 * RFC 4180, safe to open in a spreadsheet: a cell that would be a formula (an E.164 number, for example) begins with a
 * single quote, which makes it text. JSON has the exact values.
 */
export const csvLine = (row: readonly CsvCell[]): string => row.map(cellText).join(',');

export const csvText = (head: readonly string[], rows: readonly (readonly CsvCell[])[]): string =>
  [head, ...rows].map(csvLine).join('\r\n');
