import fixture from '../../fixtures/adversarial-cases.json';
import { superseded } from './superseded';

/** One case of `test/fixtures/adversarial-cases.json`, with the fields that the runner reads. */
export interface AdversarialCase {
  readonly id: string;
  readonly area: string;
  readonly name: string;
  readonly expect: {
    /** One status, or several allowed ones; a description if there is no HTTP response. */
    readonly status?: number | readonly number[] | string;
    readonly headers?: Readonly<Record<string, string>>;
    /** A description if the case does not specify the log line. */
    readonly log?: { readonly reason?: string; readonly level?: string } | string;
  };
}

// The compiler infers a union of 157 shapes; this type has their common fields.
const cases = fixture.cases as unknown as readonly AdversarialCase[];

/** All cases. Those whose expected response has changed since have the new one. */
export const adversarialCases: readonly AdversarialCase[] = cases.map((testCase) => {
  const { status } = superseded[testCase.id] ?? {};
  return status === undefined
    ? testCase
    : { ...testCase, expect: { ...testCase.expect, status, log: { reason: 'accepted', level: 'info' } } };
});

/** The superseded cases with the expected response of the fixture. */
export const supersededCases: readonly AdversarialCase[] = cases.filter(({ id }) => superseded[id] !== undefined);

/** The HTTP statuses that a case allows. */
export const statusesOf = ({ expect: { status } }: AdversarialCase): readonly number[] =>
  [status ?? []].flat().filter((value) => typeof value === 'number');

/** The case's id and name; begins with "rejects" if the request must be rejected. */
export const titleOf = (adversarialCase: AdversarialCase): string => {
  const statuses = statusesOf(adversarialCase);
  const isRejected = statuses.length > 0 && statuses.every((status) => status >= 400);
  return `${isRejected ? 'rejects ' : ''}${adversarialCase.id}: ${adversarialCase.name}`;
};
