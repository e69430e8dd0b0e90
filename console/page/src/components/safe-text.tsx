import { useMemo } from 'preact/hooks';
import { clip, textPieces } from '../text/visible-text';

/**
 * A stranger's text. Invisible characters and those that reorder text are shown as escapes, and its direction does not
 * affect the text around it.
 * @param keepsLines whether a line break stays one
 * @param max how many characters are shown
 */
export const SafeText = ({
  text,
  keepsLines = false,
  max,
}: {
  readonly text: string;
  readonly keepsLines?: boolean;
  readonly max?: number;
}) => {
  const pieces = useMemo(
    () => textPieces(max === undefined ? text : clip(text, max), keepsLines),
    [text, keepsLines, max],
  );
  return (
    <bdi class={keepsLines ? 'safe-text keeps-lines' : 'safe-text'}>
      {pieces.map((piece) =>
        piece.escaped === null ? (
          piece.text
        ) : (
          <span class="escape" title={piece.escaped}>
            {piece.text}
          </span>
        ),
      )}
    </bdi>
  );
};
