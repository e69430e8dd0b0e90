import type { Stage } from '../../lib/stage/resolve-stage';
import { resolveFallbackLane } from '../../lib/stage/lane/fallback-options';
import { resolveCanary } from '../../lib/stage/scheduled/canary-options';
import { resolveReconciliation } from '../../lib/stage/scheduled/reconciliation-options';

/** The options of a stage that have a function and a price of their own. */
export const stageOptions = ['reconciliation', 'canary', 'fallbackLane'] as const;
export type StageOption = (typeof stageOptions)[number];

export const optionNames = ({
  options,
}: {
  readonly options: Readonly<Partial<Record<StageOption, object>>>;
}): readonly StageOption[] => stageOptions.filter((name) => options[name] !== undefined);

/** The bundle of each option's function. */
export const optionFunctions = {
  reconciliation: 'reconciler',
  canary: 'canary',
  fallbackLane: 'fallback',
} as const satisfies Readonly<Record<StageOption, string>>;

/** The beginning of the logical id of each option's function. */
export const optionFunctionIds: Readonly<Record<StageOption, string>> = {
  reconciliation: 'ReconciliationReconciler',
  canary: 'Canary',
  fallbackLane: 'FallbackLaneVerifier',
};

export const withoutOptions = (stage: Stage): Stage => ({
  ...stage,
  reconciliation: undefined,
  canary: undefined,
  fallbackLane: undefined,
});

const defaults = {
  reconciliation: resolveReconciliation(true),
  canary: resolveCanary(true),
  fallbackLane: resolveFallbackLane(true),
};

/** The stage with one of the options: as it has it, or with the defaults. */
export const withOption = (stage: Stage, name: StageOption): Stage => ({
  ...withoutOptions(stage),
  [name]: stage[name] ?? defaults[name],
});
