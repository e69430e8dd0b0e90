/** A kind of text that must not be in a repository, a template or a bundle. */
export interface SecretPattern {
  readonly name: string;
  readonly pattern: RegExp;
  /** Whether a match is plainly made up. @default never */
  readonly madeUp?: (found: string) => boolean;
}

/** Hexadecimal digits that no generator would give: one or two digits only, or a short piece over and over. */
const isPatterned = (hex: string): boolean =>
  new Set(hex.toLowerCase()).size <= 4 || /^(.{1,16})\1+$/i.test(hex) || /0123456789|abcdef/i.test(hex);

/** Credentials. */
export const secretPatterns: readonly SecretPattern[] = [
  {
    name: 'an Auth Token, or 32 hexadecimal digits like one',
    pattern: /(?<![0-9A-Za-z+/=_-])[0-9a-f]{32}(?![0-9A-Za-z+/=_-])/g,
    madeUp: isPatterned,
  },
  {
    name: 'a SID of Twilio',
    pattern: /(?<![0-9A-Za-z+/=])[A-Z]{2}[0-9a-f]{32}(?![0-9A-Za-z+/=])/g,
    madeUp: (sid) => isPatterned(sid.slice(2)),
  },
  {
    name: 'an access key of AWS',
    pattern: /\b(?:AKIA|ASIA|AIDA|AROA)[A-Z0-9]{16}\b/g,
    madeUp: (key) => key.includes('EXAMPLE'),
  },
  { name: 'a private key', pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----/g },
  { name: 'a token of GitHub', pattern: /\b(?:gh[opsur]_[A-Za-z0-9]{36}|github_pat_\w{80,})/g },
  { name: 'a token of npm', pattern: /\bnpm_[A-Za-z0-9]{36}\b/g },
  { name: 'a token of Slack', pattern: /\bxox[abprs]-[A-Za-z0-9-]{10,}/g },
  { name: 'a JSON Web Token', pattern: /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/g },
];

/** Personal data. */
export const personPatterns: readonly SecretPattern[] = [
  {
    // https://www.rfc-editor.org/rfc/rfc2606 keeps these names for examples.
    name: 'an e-mail address',
    pattern: /\b[\w.+-]{2,}@(?!\d)[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}\b/gi,
    madeUp: (address) => /@(?:.*\.)?(?:example(?:\.(?:com|net|org))?|invalid|test)$/i.test(address),
  },
  {
    // The North American numbers 555-0100 to 555-0199 belong to nobody.
    name: 'a telephone number',
    pattern: /(?<![\w+.%-])\+[1-9]\d{9,14}\b/g,
    madeUp: (number) => /^\+155501\d{5}$|^\+1\d{3}55501\d{2}$/.test(number),
  },
  {
    name: "a path of somebody's machine",
    pattern: /(?<![\w.])\/(?:home|Users)\/[a-z][\w.-]*\//g,
  },
];

export interface SecretFinding {
  readonly name: string;
  readonly found: string;
  /** 1 is the first. */
  readonly line: number;
}

/** Every match of the patterns in a text that is not made up. */
export const findSecrets = (text: string, patterns: readonly SecretPattern[]): SecretFinding[] =>
  patterns.flatMap(({ name, pattern, madeUp }) =>
    [...text.matchAll(pattern)].flatMap(({ 0: found, index }) =>
      madeUp?.(found) === true ? [] : [{ name, found, line: text.slice(0, index).split('\n').length }],
    ),
  );
