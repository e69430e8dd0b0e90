import fixture from '../../fixtures/adversarial-cases.json';
import { superseded } from './superseded';

/** One case of `test/fixtures/adversarial-cases.json`, as far as the runner reads it. */
export interface AdversarialCase {
  readonly id: string;
  readonly area: string;
  readonly name: string;
  readonly expect: {
    /** One status, or several where either is right; a text where no HTTP answer is given. */
    readonly status?: number | readonly number[] | string;
    readonly headers?: Readonly<Record<string, string>>;
    /** A text where the case leaves the log to its note. */
    readonly log?: { readonly reason?: string; readonly level?: string } | string;
  };
}

// The compiler makes a union of 157 shapes of the file; this is what they have in common.
const cases = fixture.cases as unknown as readonly AdversarialCase[];

/** The cases as they are to be answered: those that are superseded with their new answer. */
export const adversarialCases: readonly AdversarialCase[] = cases.map((one) => {
  const { status } = superseded[one.id] ?? {};
  return status === undefined
    ? one
    : { ...one, expect: { ...one.expect, status, log: { reason: 'accepted', level: 'info' } } };
});

/** What the fixture itself says, for those that are superseded. */
export const supersededCases: readonly AdversarialCase[] = cases.filter(
  ({ id }) => superseded[id] !== undefined,
);

/** The HTTP statuses that a case allows. */
export const statusesOf = ({ expect: { status } }: AdversarialCase): readonly number[] =>
  [status ?? []].flat().filter((one) => typeof one === 'number');

/** The case's id and name; what must be refused says so. */
export const titleOf = (adversarialCase: AdversarialCase): string => {
  const statuses = statusesOf(adversarialCase);
  const refused = statuses.length > 0 && statuses.every((status) => status >= 400);
  return `${refused ? 'rejects ' : ''}${adversarialCase.id}: ${adversarialCase.name}`;
};
