import type { History } from '../history/history';
import { forgedIsRefused, genuineIsNotRefused, inTime } from './answers';
import { identityStays, laterNeverWins } from './identity';
import { nothingSecretLogged, suspensionsAreDue } from './limits';
import { finalStatus } from './status';
import { acknowledgedIsKept, poisonIsKept, storedIsProven } from './stored';

/** The seven invariants of a history, and two that only answers can break. */
export const invariants = {
  'acknowledged is kept': 'what was answered 2xx is stored once, or is a dead letter until it is redriven',
  'stored is proven': 'what is stored was sent by Twilio, exactly so',
  'forged is refused':
    'what Twilio did not send is never answered 2xx, and 5xx only while something is broken',
  'status is final': 'a message has the highest status of its callbacks',
  'identity stays': 'what a message is does not change',
  'suspensions are due': 'no more accounts are suspended than triggers fired, and only configured ones',
  'nothing secret is logged': 'no log holds a token, a signature, a number or a text',
  'genuine is not refused': 'what Twilio sends is never answered 4xx, also while tokens change',
  'answers are in time': 'an answer comes before Twilio gives up',
} as const;
export type Invariant = keyof typeof invariants;

export interface Violation {
  readonly invariant: Invariant;
  /** What was found, for people. */
  readonly found: string;
}

export type Check = (history: History) => readonly Violation[];

const checks: readonly Check[] = [
  acknowledgedIsKept,
  poisonIsKept,
  storedIsProven,
  forgedIsRefused,
  genuineIsNotRefused,
  inTime,
  finalStatus,
  identityStays,
  laterNeverWins,
  suspensionsAreDue,
  nothingSecretLogged,
];

/** Everything that is wrong with a history; nothing, if the gateway kept its promises. */
export const checkHistory: Check = (history) => checks.flatMap((check) => check(history));
