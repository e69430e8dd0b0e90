import type { SendRequest, SendResult } from '../../../../api';

/** A webhook that was sent, and the gateway's answers. */
export interface SendOutcome {
  readonly key: number;
  readonly at: string;
  /** What kind of webhook, in words. */
  readonly title: string;
  readonly request: SendRequest;
  readonly result: SendResult;
}

const maxOutcomes = 20;
let outcomes: readonly SendOutcome[] = [];

/** What was sent from this tab, the newest first. It stays when another screen is opened. */
export const keptOutcomes = (): readonly SendOutcome[] => outcomes;

export const keepOutcome = (outcome: SendOutcome): readonly SendOutcome[] => {
  outcomes = [outcome, ...outcomes].slice(0, maxOutcomes);
  return outcomes;
};
