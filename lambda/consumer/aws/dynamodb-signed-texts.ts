import { updateItem, type Table } from '../../aws/dynamodb-writes';
import { signedTextKey } from '../../shared/contract/table';
import type { SignedText, TextOutcome } from '../ports';
import { progressAttributes, signedTextItem } from './dynamodb-items';

export const claimText = async (table: Table, signed: SignedText, signal: AbortSignal): Promise<TextOutcome> => {
  const key = signedTextKey(signed.accountSid, signed.signedTextHash);
  const setIfAbsent = signedTextItem(signed);
  const result = await updateItem(table, { key, set: {}, setIfAbsent, returnValues: 'ALL_OLD', signal });
  const before = result.kind === 'applied' ? result.item : undefined;
  if (before === undefined) return { kind: 'claimed', eventsStored: 0 };
  if (before['reading']?.S !== signed.reading) {
    return { kind: 'other_reading', isEarlier: signed.receivedAt <= (before['receivedAt']?.S ?? '') };
  }
  if (before['requestId']?.S === signed.requestId) {
    return { kind: 'claimed', eventsStored: Number(before['eventsStored']?.N ?? 0), isAgain: true };
  }
  const tokens = [before['idempotencyToken']?.S, signed.idempotencyToken];
  return { kind: 'repeated', hasOtherToken: !tokens.includes(undefined) && tokens[0] !== tokens[1] };
};

export const saveProgress = async (
  table: Table,
  { accountSid, signedTextHash }: SignedText,
  eventsStored: number,
  signal: AbortSignal,
): Promise<void> => {
  const key = signedTextKey(accountSid, signedTextHash);
  await updateItem(table, { key, set: progressAttributes(eventsStored), returnValues: 'ALL_OLD', signal });
};
