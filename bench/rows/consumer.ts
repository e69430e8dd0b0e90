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
  const consumers = { ours: await start('consumer'), powertools: await start('peers/powertools-consumer') };
  try {
    const calls: string[] = [];
    for (const consumer of [consumers.ours, consumers.powertools]) {
      await aws.call('takeCalls');
      await consumer.call('store', quick ? 20 : 1_000);
      calls.push(JSON.stringify(Object.entries(await aws.call<object>('takeCalls')).sort()));
    }
    if (calls[0] !== calls[1]) throw new Error(`The two consumers make different calls: ${calls.join(' and ')}.`);
    const batches = quick ? 10 : 100;
    const microseconds = await interleave(
      {
        ours: () => consumers.ours.call<number>('store', batches),
        powertools: () => consumers.powertools.call<number>('store', batches),
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
          goal: atLeast(1.4),
          note: `ours ${perSecond(microseconds.ours)}/s, Powertools ${perSecond(microseconds.powertools)}/s`,
        },
      ),
    ];
  } finally {
    await Promise.all([consumers.ours.stop(), consumers.powertools.stop()]);
  }
};
