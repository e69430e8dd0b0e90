import { integerProblems, type Problems } from '../problems';

/** Options of the canary. */
export interface CanaryOptions {
  /**
   * Minutes between two canaries, 1 to 60. The alarm goes off when none came through in twice this time.
   * @default 5
   */
  readonly everyMinutes?: number;
}

export interface CanarySettings {
  readonly everyMinutes: number;
}

export const resolveCanary = (options: boolean | CanaryOptions | undefined): CanarySettings | undefined => {
  if (options === undefined || options === false) return undefined;
  return { everyMinutes: 5, ...(options === true ? {} : options) };
};

export const canaryProblems = (settings: CanarySettings | undefined): Problems =>
  settings === undefined ? [] : integerProblems('canary.everyMinutes', settings.everyMinutes, 1, 60);
