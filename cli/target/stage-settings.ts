import { CliError } from '../terminal/cli-error';
import { propsPlace } from '../terminal/program-name';

/** Requests a second, and at once. */
interface StageThrottle {
  readonly rateLimit: number;
  readonly burstLimit: number;
}

/** The settings of a stage in `lib/stages.ts` that commands need. */
export interface StageSettings {
  /** Where the stage is deployed; undefined leaves it to the shell. */
  readonly account?: string;
  readonly region?: string;
  readonly production: boolean;
  readonly consumerMaxConcurrency: number;
  readonly throttle: StageThrottle;
}

/** A stage as lib/stage/stage-options.ts resolves it. */
interface ConfiguredStage {
  readonly env?: { readonly account?: string; readonly region?: string } | undefined;
  readonly production: boolean;
  readonly consumerMaxConcurrency: number;
  readonly throttle: StageThrottle;
}

/**
 * The stages of `lib/stages.ts`. The CLI may not import lib, so `bin/gateway.ts` passes them in; they are loaded when a
 * command names a stage.
 */
export interface ConfiguredStages {
  readonly names: readonly string[];
  /** @throws Error for a stage that `cdk synth` rejects, too */
  find(name: string): ConfiguredStage | undefined;
}

/** Ignores tokens such as `Aws.REGION`, which CDK resolves at deployment. */
const literal = (value: string | undefined, form: RegExp): string | undefined =>
  value !== undefined && form.test(value) ? value : undefined;

/** @throws CliError if `lib/stages.ts` cannot be used */
export const stageSettings = async (
  stage: string,
  load: () => Promise<ConfiguredStages>,
): Promise<StageSettings | undefined> => {
  let found: ConfiguredStage | undefined;
  try {
    found = (await load()).find(stage);
  } catch (cause) {
    throw new CliError(`${propsPlace} cannot be used: ${cause instanceof Error ? cause.message : 'it failed'}`, 1, {
      cause,
    });
  }
  if (found === undefined) return undefined;
  const account = literal(found.env?.account, /^\d{12}$/);
  const region = literal(found.env?.region, /^[a-z]{2}(?:-[a-z]+)+-\d+$/);
  return {
    ...(account === undefined ? {} : { account }),
    ...(region === undefined ? {} : { region }),
    production: found.production,
    consumerMaxConcurrency: found.consumerMaxConcurrency,
    throttle: found.throttle,
  };
};
