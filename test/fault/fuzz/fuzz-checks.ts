import { withGateway } from '../experiments/experiment-gateway';
import type { Check } from '../run-checks';
import { fuzzCheck } from './fuzz';
import { parserTargets } from './parsers';
import { serverTargets } from './servers';

/** Parsers in this process, then the servers of one gateway, which must keep running. */
export const fuzzChecks = (seed: number, forMs: number): readonly Check[] => [
  ...parserTargets.map((target) => fuzzCheck(target, seed, forMs)),
  {
    title: 'http, webhook, sqs, secrets-manager: no bytes stop a server, are accepted, make it hang or leak memory',
    run: () =>
      withGateway({}, async (gateway) => {
        for (const target of serverTargets(gateway)) await fuzzCheck(target, seed, forMs).run();
      }),
  },
];
