import {
  createSourceFile,
  forEachChild,
  getLeadingCommentRanges,
  getTrailingCommentRanges,
  isIdentifier,
  ScriptTarget,
  type Node,
} from 'typescript';
import type { SourceFile } from './repository';

interface PrivateWord {
  readonly pattern: RegExp;
  readonly plain: string;
}

/** Words that this project once used in a sense of its own, or that no native writer uses so, and the plain ones. */
const privateWords: readonly PrivateWord[] = [
  { pattern: /\bworlds?\b/i, plain: 'environment' },
  { pattern: /\b(?:front )?doors?\b/i, plain: 'HTTP API, connection, clients' },
  { pattern: /\bjudg(?:e[sd]?|ing)\b/i, plain: 'decide, check' },
  { pattern: /\bstorable\b/i, plain: 'parsed' },
  { pattern: /\bcarr(?:y|ies|ied) out\b/i, plain: 'apply' },
  { pattern: /\blook again\b/i, plain: 'poll, read again' },
  { pattern: /\brings?\b/i, plain: 'fires, goes off' },
  { pattern: /\bquiet is\b/i, plain: 'missing is OK' },
  { pattern: /\bmend(?:s|ed|ing)?\b/i, plain: 'fix' },
  { pattern: /\bfor ever\b/i, plain: 'indefinitely' },
  { pattern: /\bstands?\b(?![ -]ins?\b)/i, plain: 'is' },
  { pattern: /\b(?:tells|told)\b/i, plain: 'says, returns, reports' },
  { pattern: /\bbeside\b/i, plain: 'next to, in addition to' },
  { pattern: /\b(?:comes?|came) (?:back|again)\b/i, plain: 'is retried, is redelivered' },
  { pattern: /\bdied\b/i, plain: 'ended, crashed' },
  { pattern: /\bgo(?:es)? by\b/i, plain: 'use, depend on' },
  { pattern: /(?<!\bthere )\b(?:is|are) (?:none|no(?! longer| more))\b/i, plain: 'is not a' },
];

/** `openBreakerDoor` as `open breaker door`. */
const spaced = (identifier: string): string => identifier.replaceAll(/(?<=[a-z\d])(?=[A-Z])/g, ' ');

interface Wording {
  readonly position: number;
  readonly text: string;
}

/** The identifiers and comments of a file. */
const wordings = (source: ReturnType<typeof createSourceFile>): readonly Wording[] => {
  const { text } = source;
  const comments = new Map<number, Wording>();
  const identifiers: Wording[] = [];
  const addComments = (ranges: ReturnType<typeof getLeadingCommentRanges>): void => {
    for (const { pos, end } of ranges ?? []) {
      // A sentence may go on in the next line of the comment.
      comments.set(pos, {
        position: pos,
        text: text.slice(pos, end).replaceAll(/\s*\n\s*(?:\*|\/\/)?\s*/g, ' '),
      });
    }
  };
  const visit = (node: Node): void => {
    addComments(getLeadingCommentRanges(text, node.getFullStart()));
    addComments(getTrailingCommentRanges(text, node.end));
    if (isIdentifier(node)) identifiers.push({ position: node.getStart(source), text: spaced(node.text) });
    forEachChild(node, visit);
  };
  visit(source);
  return [...identifiers, ...comments.values()];
};

export const findPrivateWords = ({ path, text }: SourceFile): readonly string[] => {
  const source = createSourceFile(path, text, ScriptTarget.Latest, true);
  return wordings(source).flatMap(({ position, text: wording }) =>
    privateWords.flatMap(({ pattern, plain }) => {
      const [found] = pattern.exec(wording) ?? [];
      if (found === undefined) return [];
      const { line } = source.getLineAndCharacterOfPosition(position);
      return [`${path}:${line + 1} says "${found}": write ${plain}`];
    }),
  );
};
