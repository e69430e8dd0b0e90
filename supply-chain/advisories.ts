/** A package with a known vulnerability. */
export interface Advisory {
  readonly name: string;
  readonly severity: string;
  /** Whether a function's bundle contains code of it. If not, it only runs on an operator's machine. */
  readonly shipped: boolean;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/**
 * The advisories of `npm audit --json`.
 * @returns undefined if the report is an error message of the registry
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

/** Blocks a release: any severity in a function's bundle, high or critical on an operator's machine. */
export const blocksRelease = ({ severity, shipped }: Advisory): boolean =>
  shipped || !['info', 'low', 'moderate'].includes(severity);
