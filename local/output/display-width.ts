/** Characters that take two columns: East Asian wide ones and emoji. */
const wide = new RegExp(
  '[\\u1100-\\u115f\\u2e80-\\u303e\\u3041-\\ua4cf\\uac00-\\ud7a3\\uf900-\\ufaff\\ufe30-\\ufe6f\\uff00-\\uff60' +
    '\\uffe0-\\uffe6\\u{20000}-\\u{3fffd}]|\\p{Emoji_Presentation}',
  'u',
);
/** Characters that are drawn over the one before. */
const zero = /[\p{Mn}\p{Me}\u200c\u200d\ufe0f]/u;

const widthOf = (character: string): number => (zero.test(character) ? 0 : wide.test(character) ? 2 : 1);

/** The columns that a text takes in a terminal. */
export const displayWidth = (text: string): number =>
  Array.from(text).reduce((sum, character) => sum + widthOf(character), 0);

/** At most so many columns, with an ellipsis if something was cut. */
export const clipTo = (columns: number, text: string): string => {
  if (displayWidth(text) <= columns) return text;
  let kept = '';
  let width = 0;
  for (const character of text) {
    width += widthOf(character);
    if (width > columns - 1) break;
    kept += character;
  }
  return `${kept}…`;
};

/** At least so many columns. */
export const padTo = (columns: number, text: string): string =>
  text + ' '.repeat(Math.max(0, columns - displayWidth(text)));
