import { adversarialCases, titleOf, type AdversarialCase } from './cases';
import { startEdge, type Edge, type EdgeOptions } from './test-gateway';
import { coveredElsewhere } from './cases-covered-elsewhere';

/** Some cases write a thousand rows, and the machine may be busy with other tests. */
jest.setTimeout(90_000);

export type Scenario = (edge: Edge, adversarialCase: AdversarialCase) => Promise<void>;

/**
 * Runs every case of an area against one gateway, in the order of the fixture. A case without a scenario that is not
 * covered elsewhere fails, and so does a scenario without a case. After each case, and after the area, the log must
 * hold nothing secret.
 */
export const runCases = (
  area: string,
  scenarios: Readonly<Record<string, Scenario>>,
  options: EdgeOptions | (() => EdgeOptions) = {},
): void => {
  const cases = adversarialCases.filter((testCase) => testCase.area === area && !coveredElsewhere.has(testCase.id));
  describe(area, () => {
    let edge: Edge | undefined;
    beforeAll(async () => {
      edge = await startEdge(typeof options === 'function' ? options() : options);
    });
    afterAll(async () => {
      await edge?.close();
      edge?.expectNothingSecretLogged();
    });

    test('every case that is not covered elsewhere has a scenario, and every scenario a case', () => {
      expect(Object.keys(scenarios).sort()).toEqual(cases.map(({ id }) => id).sort());
    });

    for (const testCase of cases) {
      test(titleOf(testCase), async () => {
        if (edge === undefined) throw new Error('the gateway has not started');
        await edge.begin();
        await scenarios[testCase.id]?.(edge, testCase);
        edge.expectNothingSecretLogged();
      });
    }
  });
};

/** Starts another gateway, for cases that need their own configuration or a cold start. */
export const withEdge = async (options: EdgeOptions, use: (edge: Edge) => Promise<void>): Promise<void> => {
  const edge = await startEdge(options);
  try {
    await use(edge);
  } finally {
    await edge.close();
  }
  edge.expectNothingSecretLogged();
};
