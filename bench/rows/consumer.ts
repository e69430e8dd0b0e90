import { consumerEnvironment } from '../environments';
import { atLeast, figure } from '../figures';
import { startProgram } from '../processes';
import { interleave, ratios, sample } from '../sampling';
import type { Row } from './bench';

/** Records stored per CPU-second, in batches of ten, half incoming messages and half status callbacks. */
export const consumer: Row = async ({ programs, aws, quick }) => {
  const environment = consumerEnvironment(aws.ready.http);
  const start = (name: 'consumer' | 'peers/powertools-consumer') =>
    startProgram(programs.file('programs/consumer-host'), environment, [programs.file(name)]);
  const sides = { ours: await start('consumer'), powertools: await start('peers/powertools-consumer') };
  try {
    const calls: string[] = [];
    for (const side of [sides.ours, sides.powertools]) {
      await aws.call('takeCalls');
      await side.call('store', quick ? 20 : 1_000);
      calls.push(JSON.stringify(Object.entries(await aws.call<object>('takeCalls')).sort()));
    }
    if (calls[0] !== calls[1]) throw new Error(`The sides write differently: ${calls.join(' and ')}.`);
    const batches = quick ? 10 : 100;
    const microseconds = await interleave(
      {
        ours: () => sides.ours.call<number>('store', batches),
        powertools: () => sides.powertools.call<number>('store', batches),
      },
      quick ? 3 : 11,
    );
    const perSecond = (values: readonly number[]): string => (1e6 / sample(values).median).toFixed(0);
    return [
      figure(
        'consumer',
        'records per CPU-second, relative to Powertools batch + document client',
        ratios(microseconds.powertools, microseconds.ours),
        '×',
        {
          goal: atLeast(1.5),
          note: `ours ${perSecond(microseconds.ours)}/s, Powertools ${perSecond(microseconds.powertools)}/s`,
        },
      ),
    ];
  } finally {
    await Promise.all([sides.ours.stop(), sides.powertools.stop()]);
  }
};
