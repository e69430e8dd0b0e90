import type { FallbackRegionFacts } from '../../lambda/shared/contract/stack-outputs';
import { readLocalState } from '../dev/local-state';
import { checkChoice, type TargetChoice } from '../target/choice';
import { readAwsShell, regionOf, requireProfile } from '../target/aws-profile';
import { localTarget } from '../target/local-target';
import { findOtherStages } from '../target/other-stages';
import { stageSettings, type ConfiguredStages } from '../target/stage-settings';
import { stageTarget } from '../target/stage-target';
import { stackTarget } from '../target/stack-target';
import { stackNameOf, type Target, type TargetSources } from '../target/target';
import { errorCode } from '../terminal/error-code';
import { createAwsBackend } from './aws-backend';
import { callerAccount, createAwsCall, createAwsGet } from './aws-request';
import { createS3Put } from '../media/s3-put';
import { describeStack, readStackTemplate } from './cloudformation-stack';
import type { Backend, OtherStage } from './ports';

const targetSources = (
  process: NodeJS.Process,
  loadStages: (() => Promise<ConfiguredStages>) | undefined,
  signal: AbortSignal,
): TargetSources => ({
  localState: () => readLocalState(process.cwd()),
  isAlive: (pid) => {
    try {
      return process.kill(pid, 0);
    } catch (error) {
      // The process exists, but belongs to another user.
      return errorCode(error) === 'EPERM';
    }
  },
  settings: async (stage) => (loadStages === undefined ? undefined : stageSettings(stage, loadStages)),
  region: async (stageRegion) => {
    const shell = await readAwsShell(process.env);
    requireProfile(shell);
    return regionOf(stageRegion, shell);
  },
  stack: describeStack,
  callerAccount: (region) => callerAccount(createAwsGet(region, process.env, signal)),
});

/** Asked only by a command that needs it, so that an outage of that region stops no other. */
const fallbackRegionStack = (
  { stackName, region }: FallbackRegionFacts,
  signal: AbortSignal,
): Pick<Backend, 'fallbackRegionStack'> => {
  let described: ReturnType<typeof describeStack> | undefined;
  const describe = async () => {
    try {
      return await (described ??= describeStack(stackName, region, signal));
    } catch (error) {
      // The console asks again.
      described = undefined;
      throw error;
    }
  };
  return { fallbackRegionStack: describe };
};

/**
 * The clients of the local gateway, or of a deployed one.
 * @param loadStages absent in the package
 */
export const openBackend = async (
  choice: TargetChoice,
  process: NodeJS.Process,
  loadStages: (() => Promise<ConfiguredStages>) | undefined,
  signal: AbortSignal,
): Promise<Backend> => {
  const sources = targetSources(process, loadStages, signal);
  checkChoice(choice);
  const { stage, stack } = choice;
  const deployed = (target: Target, otherStages: () => Promise<readonly OtherStage[]>): Backend => ({
    ...createAwsBackend(target, signal),
    aws: createAwsGet(target.connection.region, process.env, signal),
    awsCall: createAwsCall(target.connection.region, process.env, signal),
    ...(target.fallbackRegion === undefined ? {} : fallbackRegionStack(target.fallbackRegion, signal)),
    stackTemplate: () => readStackTemplate(stackNameOf(target), target.connection.region, signal),
    s3Put: createS3Put(target.connection.region, process.env, signal),
    otherStages,
  });
  if (stack !== undefined) {
    const { target, others } = await stackTarget({ ...choice, stack }, sources);
    return deployed(target, () => Promise.resolve(others));
  }
  if (stage === undefined) {
    return createAwsBackend(await localTarget(sources), signal, () => localTarget(sources));
  }
  return deployed(await stageTarget(stage, sources), () =>
    loadStages === undefined ? Promise.resolve([]) : findOtherStages(stage, loadStages, sources),
  );
};
