import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Assembly } from '../../../local/gateway';
import { assetCode } from '../../../local/resources/function-code';
import { withProperties } from '../../helpers/stack-facts';
import { stageAssembly } from '../../helpers/stage-assembly';
import { registerHandlers } from '../events/handlers';
import { mutatedAssembly, type Patch } from '../mutants/mutated-assembly';
import { clockedFunctions, type ClockedFunction, type MissedPlan } from './plan';

/** The logical ids of these functions begin like this. */
export const functionPrefixes: Readonly<Record<ClockedFunction, string>> = {
  ingress: 'Ingress',
  consumer: 'Consumer',
  fallback: 'FallbackLaneVerifier',
  reconciler: 'ReconciliationReconciler',
};

/**
 * Of the reconciler, which reserves an account for the time of an invocation: one that was killed holds the account for
 * this long. It needs five of the seconds to note how far it came.
 */
const reconcilerSeconds = 9;
/** Until a message of the lane that could not be verified is received again. */
const laneVisibilitySeconds = 3;
/** More than a history has faults: what becomes a dead letter stays there. */
const laneReceives = 100;

/** A stage with reconciliation, the fallback lane and handlers, whose functions have clocks of their own. */
export const missedAssembly = async (patches: readonly Patch[] = []): Promise<Assembly> => {
  const { assembly, remove } = stageAssembly({ reconciliation: true, fallbackLane: true }, registerHandlers);
  try {
    const copy = await mutatedAssembly(assembly, patches, [...clockedFunctions, 'publisher']);
    addClocks(copy);
    return withTimes(copy);
  } finally {
    remove();
  }
};

/** Deletes the files of an assembly. */
export const removeAssembly = ({ directory }: Assembly): void => rmSync(directory, { recursive: true, force: true });

const variableOf = (name: ClockedFunction): string => `CLOCK_OFFSET_MS_${name.toUpperCase()}`;

/** The variables that set the clocks. */
export const clockVariables = ({ clocksMs }: Pick<MissedPlan, 'clocksMs'>): Readonly<Record<string, string>> =>
  Object.fromEntries(clockedFunctions.map((name) => [variableOf(name), String(clocksMs[name])]));

/** `Date` in a bundle becomes a clock that is ahead. The runtime around it keeps the right one. */
const addClocks = ({ directory, template }: Assembly): void => {
  const code = [...assetCode(directory, template)];
  for (const name of clockedFunctions) {
    const clock = `const Date = class extends globalThis.Date {
      constructor(...given) { super(...(given.length === 0 ? [Date.now()] : given)); }
      static now() { return globalThis.Date.now() + Number(process.env.${variableOf(name)} ?? 0); }
    };\n`;
    const own = code.filter(([logicalId]) => logicalId.startsWith(functionPrefixes[name]));
    if (own.length !== 1) throw new Error(`${own.length} functions are called ${functionPrefixes[name]}`);
    for (const [, asset] of own) {
      const bundle = join(asset.directory, 'index.js');
      writeFileSync(bundle, clock + readFileSync(bundle, 'utf8'));
    }
  }
};

const withTimes = (assembly: Assembly): Assembly => {
  const laneQueue = /^FallbackLaneQueuesQueue/;
  const [queue] = Object.entries(assembly.template.Resources).filter(([id]) => laneQueue.test(id));
  const redrive = queue?.[1].Properties?.['RedrivePolicy'] as Readonly<Record<string, unknown>> | undefined;
  const patient = withProperties(assembly, 'AWS::Lambda::Function', /^ReconciliationReconciler/, {
    Timeout: reconcilerSeconds,
  });
  return withProperties(patient, 'AWS::SQS::Queue', laneQueue, {
    VisibilityTimeout: laneVisibilitySeconds,
    RedrivePolicy: { ...redrive, maxReceiveCount: laneReceives },
  });
};
