import type { History } from '../history/history';
import { forgedIsRefused, genuineIsNotRefused, inTime } from './answers';
import { allIsAcceptedInTheEnd, unhinderedIsAccepted } from './accepted';
import { goodIsNotFailed, messagesAreConserved, onlyPoisonIsDead, takenOffIsStored } from './conserved';
import { identityStays, laterNeverWins } from './identity';
import { nothingSecretLogged, suspensionsAreDue } from './limits';
import { finalStatus } from './status';
import { oneMarkerPerText, otherReadingsAreCounted, unrecognizedIsCounted } from './readings';
import { acknowledgedIsKept, storedIsProven } from './stored';

/** What a history is held to. */
export const invariants = {
  'acknowledged is kept': 'what was answered 2xx is stored once, or is a dead letter until it is redriven',
  'stored is proven': 'what is stored was sent by Twilio, exactly so',
  'forged is refused':
    'what Twilio did not send is never answered 2xx, and 5xx only while something is broken',
  'status is final': 'a message has the highest status of its callbacks',
  'identity stays': 'what a message is does not change',
  'suspensions are due': 'no more accounts are suspended than triggers fired, and only configured ones',
  'nothing secret is logged': 'no log holds a token, a signature, a number, a text or an account SID',
  'genuine is accepted':
    'what Twilio sends is answered 2xx where no fault is in its way, and in any case once everything is healed',
  'no message vanishes': 'what SQS was given is on a queue, a dead letter, or taken off and stored',
  'only poison is dead':
    'what cannot be read is a dead letter once; what can be read is none for its sake, and none in the end',
  'one reading of one text': 'a signed text is read once: other readings are counted and leave nothing',
  'genuine is not refused': 'what Twilio sends is never answered 4xx, also while tokens change',
  'answers are in time': 'an answer comes within 4.5 s',
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
  takenOffIsStored,
  messagesAreConserved,
  onlyPoisonIsDead,
  goodIsNotFailed,
  unhinderedIsAccepted,
  allIsAcceptedInTheEnd,
  oneMarkerPerText,
  otherReadingsAreCounted,
  unrecognizedIsCounted,
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
