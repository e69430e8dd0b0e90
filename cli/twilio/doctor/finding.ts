/** One thing that is wrong or could be better, and what to do about it. */
export interface Finding {
  /** `problem` makes the doctor's exit status 1; `advice` does not. */
  readonly level: 'problem' | 'advice';
  /** A name for programs. */
  readonly check: string;
  /** What it is about: a phone number, a SID, a URL, a secret's account. */
  readonly subject: string;
  readonly text: string;
  /** The next command, or what else to do. */
  readonly next: string;
}

/** What one part of the examination says. */
export interface Examination {
  readonly findings: readonly Finding[];
  /** Checks that could not be made or make no sense here, and why. */
  readonly skipped: readonly { readonly check: string; readonly reason: string }[];
}

export const problem = (check: string, subject: string, text: string, next: string): Finding => ({
  level: 'problem',
  check,
  subject,
  text,
  next,
});

export const advice = (check: string, subject: string, text: string, next: string): Finding => ({
  ...problem(check, subject, text, next),
  level: 'advice',
});

export const together = (parts: readonly Examination[]): Examination => ({
  findings: parts.flatMap(({ findings }) => findings),
  skipped: parts.flatMap(({ skipped }) => skipped),
});
