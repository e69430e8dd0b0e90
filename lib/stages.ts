import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { resolveStage, type Stage } from './stage/resolve-stage';
import type { StageOptions } from './stage/stage-options';

/** The stages: one stack each. `lib/stage/stage-options.ts` describes the keys and their defaults. */
export const stages = {
  dev: { logRetention: RetentionDays.TWO_WEEKS },
  staging: { logRetention: RetentionDays.ONE_MONTH },
  prod: { production: true, logRetention: RetentionDays.ONE_YEAR },
} as const satisfies Readonly<Record<string, StageOptions>>;

export type StageName = keyof typeof stages;

export const stageNames = Object.keys(stages) as readonly StageName[]; // `Object.keys` widens to string.

export const findStage = (name: StageName): Stage => resolveStage(name, stages[name]);
