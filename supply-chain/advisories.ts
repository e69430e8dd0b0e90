/** A package with a known weakness. */
export interface Advisory {
  readonly name: string;
  readonly severity: string;
  /** Whether code of it is in a function: otherwise it is on an operator's machine only. */
  readonly shipped: boolean;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/**
 * The advisories of `npm audit --json`.
 * @returns undefined if the registry gave no answer: its report is then an error message
 */
export const readAdvisories = (
  report: unknown,
  isShipped: (name: string) => boolean,
): readonly Advisory[] | undefined => {
  if (!isObject(report) || !isObject(report['vulnerabilities'])) return undefined;
  return Object.entries(report['vulnerabilities']).map(([name, found]) => ({
    name,
    severity: isObject(found) ? String(found['severity']) : 'unknown',
    shipped: isShipped(name),
  }));
};

/** What must not be released: whatever is in a function, and what is serious on an operator's machine. */
export const isGrave = ({ severity, shipped }: Advisory): boolean =>
  shipped || !['info', 'low', 'moderate'].includes(severity);
