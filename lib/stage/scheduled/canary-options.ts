import { integerProblems, type Problems } from '../problems';

/** Options of the canary. */
export interface CanaryOptions {
  /**
   * Minutes between two canaries, 1 to 60. The alarm goes off when none came through in twice this time.
   * @default 5
   */
  readonly everyMinutes?: number;
  /**
   * Asks Twilio for one message of each account with its current Auth Token, to learn whether Twilio accepts the token.
   * @default true
   */
  readonly checkToken?: boolean;
}

export interface CanarySettings {
  readonly everyMinutes: number;
  readonly checkToken: boolean;
}

export const resolveCanary = (options: boolean | CanaryOptions | undefined): CanarySettings | undefined => {
  if (options === undefined || options === false) return undefined;
  return { everyMinutes: 5, checkToken: true, ...(options === true ? {} : options) };
};

export const canaryProblems = (settings: CanarySettings | undefined): Problems =>
  settings === undefined ? [] : integerProblems('canary.everyMinutes', settings.everyMinutes, 1, 60);
