export interface CheckResult {
  /** The check's name. */
  readonly check: string;
  /** `not-checked` does not fail the command: `found` has the reason. */
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

/** If `run` throws, the check counts as not checked, with that reason. */
export interface Check {
  readonly name: string;
  readonly expected: string;
  readonly run: () => Promise<CheckResult>;
}
