import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { ingressEnvironment } from '../environments';
import { atMost, figure } from '../figures';
import { benign, shapes, type Shape } from '../hostile-shapes';
import { startProgram } from '../processes';
import { sample } from '../sampling';
import { apiGatewayEvent, encodeForm, forgedSignature, smsForm } from '../webhooks';
import type { Row } from './bench';

const limits = { body: 64 * 1024, query: 8 * 1024 };

const forged = (shape: Shape, bytes: number): APIGatewayProxyEventV2 =>
  shape.part === 'body'
    ? apiGatewayEvent(shape.make(bytes), forgedSignature)
    : apiGatewayEvent(encodeForm(smsForm()), forgedSignature, shape.make(bytes));

/**
 * CPU of a forged webhook of every shape, at its size limit and at a quarter of it. A forged signature is the worst
 * case, because ingress computes the expected signature with every key.
 */
export const hostile: Row = async ({ programs, aws, quick }) => {
  const host = await startProgram(programs.file('programs/hostile-host'), ingressEnvironment(aws.ready.http), [
    programs.file('ingress'),
  ]);
  /** The minimum of several rounds: interruptions only add cost. */
  const cost = async (event: APIGatewayProxyEventV2): Promise<number> => {
    const times = quick ? 3 : 20;
    const costs: number[] = [];
    for (let round = 0; round < (quick ? 2 : 5); round += 1) {
      costs.push(await host.call<number>('repeat', { event, times, expectedStatus: 403 }));
    }
    return Math.min(...costs) / 1000;
  };
  try {
    for (const shape of [benign, ...shapes]) await cost(forged(shape, limits[shape.part]));
    // Of the largest benign request, whatever part a shape fills: a small benign one costs next to nothing.
    const largestBenign = await cost(forged(benign, limits.body));
    const results: { name: string; ms: number; ratio: number; growth: number }[] = [];
    for (const shape of shapes) {
      const limit = limits[shape.part];
      const [atLimit, atQuarter] = [await cost(forged(shape, limit)), await cost(forged(shape, limit / 4))];
      const growth = Math.log(atLimit / atQuarter) / Math.log(4);
      results.push({ name: shape.name, ms: atLimit, ratio: atLimit / largestBenign, growth });
    }
    const worst = (key: 'ms' | 'ratio' | 'growth') => {
      const [first] = results.toSorted((one, other) => other[key] - one[key]);
      if (first === undefined) throw new Error('There is no shape.');
      return { value: first[key], note: `${first.name} (of ${results.length} shapes)` };
    };
    const [ms, ratio, growth] = [worst('ms'), worst('ratio'), worst('growth')];
    const median = sample(results.map((result) => result.ms)).median.toFixed(2);
    return [
      figure('hostile', 'CPU of the worst shape', ms.value, 'ms', {
        goal: atMost(10),
        note: `${ms.note}; median ${median} ms`,
      }),
      figure('hostile', 'of a benign body of 64 kB', ratio.value, '×', {
        goal: atMost(5),
        note: ratio.note,
      }),
      figure('hostile', 'growth exponent to the limit', growth.value, '', {
        goal: atMost(1.2),
        note: growth.note,
      }),
    ];
  } finally {
    await host.stop();
  }
};
