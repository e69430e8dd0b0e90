/** A function on AWS, the published command, or only a clone of this repository. */
export type Place = 'function' | 'command' | 'clone';

/** A package with a known vulnerability. */
export interface Advisory {
  readonly name: string;
  readonly severity: string;
  /** Where code of it runs. `clone`: the published package has none of it. */
  readonly runsIn: Place;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/**
 * The advisories of `npm audit --json`.
 * @returns undefined if the report is an error message of the registry
 */
export const readAdvisories = (report: unknown, placeOf: (name: string) => Place): readonly Advisory[] | undefined => {
  if (!isObject(report) || !isObject(report['vulnerabilities'])) return undefined;
  return Object.entries(report['vulnerabilities']).map(([name, found]) => ({
    name,
    severity: isObject(found) ? String(found['severity']) : 'unknown',
    runsIn: placeOf(name),
  }));
};

/** Blocks a release: any severity in a function, high or critical on an operator's machine. */
export const blocksRelease = ({ severity, runsIn }: Advisory): boolean =>
  runsIn === 'function' || !['info', 'low', 'moderate'].includes(severity);
