import type { History } from '../history/history';
import { forgedIsRefused, genuineIsNotRefused, inTime } from './answers';
import { acceptedInTheEnd, acceptedWithoutFault } from './accepted';
import { goodIsNotFailed, messagesAreConserved, onlyPoisonIsDead, takenOffIsStored } from './conserved';
import { identityStays, laterNeverWins } from './identity';
import { nothingSecretLogged, suspensionsAreDue } from './limits';
import {
  conversationsDoNotOverlap,
  everyEventIsHandled,
  everyEventIsOneMessage,
  handledInStoredOrder,
  onlyStoredIsHandled,
} from './handled';
import { finalStatus } from './status';
import { oneMarkerPerText, otherReadingsAreCounted, unrecognizedIsCounted } from './readings';
import { acknowledgedIsKept, storedIsProven } from './stored';

/** The rules that every history must keep. */
export const invariants = {
  'acknowledged is kept': 'a webhook that was answered 2xx is stored once, or is a dead letter until the redrive',
  'stored is proven': 'every stored row is exactly what Twilio sent',
  'forged is refused': 'a forged request is never answered 2xx, and 5xx only while faults are injected',
  'status is final': 'a message has the highest status of its callbacks',
  'identity stays': 'a stored message keeps its sender, recipient, text and parameters',
  'suspensions are due': 'at most one suspension per firing, and only of configured accounts',
  'nothing secret is logged': 'no log holds a token, a signature, a number, a message text or an account SID',
  'genuine is accepted':
    'a genuine webhook is answered 2xx unless a fault affects it, and always after the faults have ended',
  'no message vanishes': 'a message that SQS was given is on a queue, or taken off and stored',
  'only poison is dead':
    'an unreadable message is one dead letter; a readable one in the same batch is not; at the end none is left',
  'one reading of one text': 'a signed text is read once: other readings are counted and store nothing',
  'genuine is not refused': 'a genuine webhook is never answered 4xx, even during a token rotation',
  'every event is handled in order':
    'what is stored, and nothing else, reaches each handler that wants it, in stored order in each conversation',
  'answers are in time': 'an answer comes within 4.5 s',
} as const;
export type Invariant = keyof typeof invariants;

export interface Violation {
  readonly invariant: Invariant;
  /** A readable description. */
  readonly found: string;
}

export type Check = (history: History) => readonly Violation[];

const checks: readonly Check[] = [
  acknowledgedIsKept,
  takenOffIsStored,
  messagesAreConserved,
  onlyPoisonIsDead,
  goodIsNotFailed,
  acceptedWithoutFault,
  acceptedInTheEnd,
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
  everyEventIsHandled,
  onlyStoredIsHandled,
  everyEventIsOneMessage,
  handledInStoredOrder,
  conversationsDoNotOverlap,
];

/** All violations in a history; none if the gateway kept every invariant. */
export const checkHistory: Check = (history) => checks.flatMap((check) => check(history));
