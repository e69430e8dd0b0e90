import type { Check } from '../run-checks';
import { breakerExperiments } from './breaker';
import { clockAndClientExperiments } from './clocks-and-clients';
import { consumerExperiments } from './consumer';
import { fallbackLaneExperiments } from './fallback-lane';
import { ingressExperiments } from './ingress';
import { laneOutageExperiments } from './lane-outages';
import { queueExperiments } from './queue';

/** The experiments of docs/contributing/faults.md, in its numbers. */
export const experiments: readonly Check[] = [
  ...ingressExperiments,
  ...consumerExperiments,
  ...queueExperiments,
  ...clockAndClientExperiments,
  ...breakerExperiments,
  ...fallbackLaneExperiments,
  ...laneOutageExperiments,
];
