import { withBench } from '../experiments/bench';
import type { Check } from '../run-checks';
import { fuzzCheck } from './fuzz';
import { parserTargets } from './parsers';
import { serverTargets } from './servers';

/** All of it: parsers in this process, servers of one gateway that has to outlive them. */
export const fuzzChecks = (seed: number, forMs: number): readonly Check[] => [
  ...parserTargets.map((target) => fuzzCheck(target, seed, forMs)),
  {
    title:
      'http, webhook, sqs, secrets-manager: no bytes stop a server, are accepted, hang, or stay in memory',
    run: () =>
      withBench({}, async (bench) => {
        for (const target of serverTargets(bench)) await fuzzCheck(target, seed, forMs).run();
      }),
  },
];
