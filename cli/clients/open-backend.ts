import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readAwsShell, regionOf, requireProfile } from '../target/aws-profile';
import { localTarget } from '../target/local-target';
import { findOtherStages } from '../target/other-stages';
import { stageSettings, type ConfiguredStages } from '../target/stage-settings';
import { stageTarget } from '../target/stage-target';
import type { TargetSources } from '../target/target';
import { errorCode } from '../terminal/error-code';
import { createAwsBackend } from './aws-backend';
import { callerAccount, createAwsGet } from './aws-request';
import { describeStack } from './cloudformation-stack';
import type { Backend } from './ports';

const targetSources = (
  process: NodeJS.Process,
  loadStages: () => Promise<ConfiguredStages>,
  signal: AbortSignal,
): TargetSources => ({
  localState: async () => {
    try {
      return await readFile(join(process.cwd(), '.gateway', 'local.json'), 'utf8');
    } catch (error) {
      if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
      throw error;
    }
  },
  isAlive: (pid) => {
    try {
      return process.kill(pid, 0);
    } catch (error) {
      // The process exists, but belongs to another user.
      return errorCode(error) === 'EPERM';
    }
  },
  settings: (stage) => stageSettings(stage, loadStages),
  region: async (stageRegion) => {
    const shell = await readAwsShell(process.env);
    requireProfile(shell);
    return regionOf(stageRegion, shell);
  },
  stack: describeStack,
  callerAccount: (region) => callerAccount(createAwsGet(region, process.env, signal)),
});

/** The clients of the local gateway, or of a deployed stage. */
export const openBackend = async (
  stage: string | undefined,
  process: NodeJS.Process,
  loadStages: () => Promise<ConfiguredStages>,
  signal: AbortSignal,
): Promise<Backend> => {
  const sources = targetSources(process, loadStages, signal);
  if (stage === undefined) return createAwsBackend(await localTarget(sources), signal);
  const target = await stageTarget(stage, sources);
  return {
    ...createAwsBackend(target, signal),
    aws: createAwsGet(target.connection.region, process.env, signal),
    otherStages: () => findOtherStages(stage, loadStages, sources),
  };
};
