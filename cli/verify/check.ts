/** What one check of a running gateway says. */
export interface CheckResult {
  /** A name for programs. */
  readonly check: string;
  /** `not-checked` is no difference: `found` has the reason. */
  readonly state: 'ok' | 'different' | 'not-checked';
  readonly expected: string;
  readonly found: string;
}

export const compared = (check: string, expected: string, found: string, isOk: boolean): CheckResult => ({
  check,
  state: isOk ? 'ok' : 'different',
  expected,
  found,
});

export const notChecked = (check: string, expected: string, reason: string): CheckResult => ({
  check,
  state: 'not-checked',
  expected,
  found: reason,
});

/** A check by name; what it throws is why it was not made. */
export interface Check {
  readonly name: string;
  readonly expected: string;
  readonly run: () => Promise<CheckResult>;
}
