import type { History } from '../history/history';
import { accountIsRight } from './account';
import { forgedIsRejected, genuineIsNotRejected, inTime } from './answers';
import { acceptedInTheEnd, acceptedWithoutFault } from './accepted';
import { goodRecordDoesNotFail, messagesAreConserved, onlyPoisonIsDeadLetter, deletedIsStored } from './conserved';
import { contentDoesNotChange, laterNeverWins } from './identity';
import { nothingSecretLogged, suspensionHasFiring } from './limits';
import {
  conversationsDoNotOverlap,
  everyEventIsHandled,
  everyEventIsOneMessage,
  handledInStoredOrder,
  onlyStoredIsHandled,
} from './handled';
import { finalStatus } from './status';
import { oneMarkerPerText, otherReadingsAreCounted, unrecognizedIsCounted } from './readings';
import { acknowledgedIsStored, onlySentIsStored } from './stored';

/** The rules that every history must keep. */
export const invariants = {
  'acknowledged webhooks are stored':
    'a webhook that was answered 2xx is stored once, or is a dead letter until the redrive',
  'only sent webhooks are stored': 'every stored row is exactly what Twilio sent',
  'forged requests are rejected': 'a forged request is never answered 2xx, and 5xx only while faults are injected',
  'the highest status is stored': 'a message has the highest status of its callbacks',
  'stored content does not change': 'a stored message keeps its sender, recipient, text and parameters',
  'each suspension has a firing': 'at most one suspension per firing, and only of configured accounts',
  'nothing secret is logged': 'no log holds a token, a signature, a number, a message text or an account SID',
  'genuine webhooks are accepted':
    'a genuine webhook is answered 2xx unless a fault affects it, and always after the faults have ended',
  'no message is lost': 'a message that SQS was given is on a queue, or deleted and stored',
  'only poison becomes a dead letter':
    'an unreadable message is one dead letter; a readable one in the same batch is not; at the end none is left',
  'one reading per signed text': 'a signed text is read once: other readings are counted and store nothing',
  'genuine webhooks are not rejected': 'a genuine webhook is never answered 4xx, even during a token rotation',
  'stored events are handled in order':
    'what is stored, and nothing else, reaches each handler that wants it, in stored order in each conversation',
  'answers are in time': 'an answer comes within 4.5 s',
  'the loss account is right': 'the sums of `gateway account` agree, and its counts are those of the checker',
  'everything Twilio has is stored':
    "everything in Twilio's lists is in the table, once, after two cycles of the reconciler, and a third finds nothing",
  'everything is handled once': 'each handler that wants it handles what is stored once, and nothing else',
  'forged requests leave no row': 'a request of the fallback lane that Twilio did not sign leaves no row',
  'missed webhooks are counted exactly':
    'a message that is counted as missed was missing, and each is counted once, also as backfilled',
  'webhooks win over backfills': 'what a backfill has stored says so, and the content of a webhook replaces it',
} as const;
export type Invariant = keyof typeof invariants;

export interface Violation {
  readonly invariant: Invariant;
  /** A readable description. */
  readonly found: string;
}

export type Check = (history: History) => readonly Violation[];

const checks: readonly Check[] = [
  acknowledgedIsStored,
  deletedIsStored,
  messagesAreConserved,
  onlyPoisonIsDeadLetter,
  goodRecordDoesNotFail,
  acceptedWithoutFault,
  acceptedInTheEnd,
  oneMarkerPerText,
  otherReadingsAreCounted,
  unrecognizedIsCounted,
  onlySentIsStored,
  forgedIsRejected,
  genuineIsNotRejected,
  inTime,
  finalStatus,
  contentDoesNotChange,
  laterNeverWins,
  suspensionHasFiring,
  nothingSecretLogged,
  everyEventIsHandled,
  onlyStoredIsHandled,
  everyEventIsOneMessage,
  handledInStoredOrder,
  conversationsDoNotOverlap,
  accountIsRight,
];

/** All violations in a history; none if the gateway kept every invariant. */
export const checkHistory: Check = (history) => checks.flatMap((check) => check(history));
