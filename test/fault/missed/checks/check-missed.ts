import type { Violation } from '../../checker/check-history';
import { nothingSecretLogged } from '../../checker/limits';
import { backfillsSaySo, webhooksWin } from './content';
import { backfilledIsCounted, countedOnce, onlyMissingIsCounted } from './counts';
import { handledOnce } from './handled';
import { forgedLeaveNoRow, listedIsStored, thirdFindsNothing } from './stored';
import type { MissedHistory } from '../history';

export type MissedCheck = (history: MissedHistory) => readonly Violation[];

const checks: readonly MissedCheck[] = [
  listedIsStored,
  thirdFindsNothing,
  handledOnce,
  forgedLeaveNoRow,
  countedOnce,
  backfilledIsCounted,
  onlyMissingIsCounted,
  webhooksWin,
  backfillsSaySo,
  nothingSecretLogged,
];

/** All violations in a history in which webhooks were missed. */
export const checkMissedHistory: MissedCheck = (history) => checks.flatMap((check) => check(history));
