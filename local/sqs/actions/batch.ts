import type { BatchResultErrorEntry } from '@aws-sdk/client-sqs';
import { AwsJsonError } from '../../server/aws-json-action';
import { listOf, text, type Reader } from '../../server/aws-json-input';
import { readInput, sqsError } from '../errors';

const maxEntries = 10;

/** The unread entries of a batch; each is read separately, so that an invalid one fails alone. */
export const entriesReader: Reader<readonly unknown[]> = listOf((entry) => entry);

/**
 * Checks the batch as a whole.
 * @throws AwsJsonError for an empty batch, more than 10 entries, an id that is not valid or not distinct
 */
const readEntryIds = (entries: readonly unknown[]): readonly string[] => {
  if (entries.length === 0) {
    throw sqsError('EmptyBatchRequest', 'There should be at least one entry in the batch request.');
  }
  if (entries.length > maxEntries) {
    throw sqsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${maxEntries}. You have sent ${entries.length}.`,
    );
  }
  const ids = entries.map((entry, index) => {
    // Anything but an object has no Id, which is rejected next.
    const { Id } = Object(entry) as { readonly Id?: unknown };
    const id = readInput(text(), Id, `Entries[${index}].Id`);
    if (!/^[A-Za-z0-9_-]{1,80}$/.test(id)) {
      throw sqsError('InvalidBatchEntryId', 'A batch entry id must have 1 to 80 of A-Z a-z 0-9 - _.');
    }
    return id;
  });
  if (new Set(ids).size < ids.length) {
    throw sqsError('BatchEntryIdsNotDistinct', 'Two or more batch entries have the same Id.');
  }
  return ids;
};

export interface BatchResult<T> {
  Successful: T[];
  Failed: BatchResultErrorEntry[];
}

/** Runs every entry. An entry that AWS would reject fails alone; an internal error fails the batch. */
export const runBatch = <T extends object>(
  entries: readonly unknown[],
  run: (entry: unknown, path: string) => T,
): BatchResult<T & { Id: string }> => {
  const result: BatchResult<T & { Id: string }> = { Successful: [], Failed: [] };
  readEntryIds(entries).forEach((Id, index) => {
    try {
      result.Successful.push({ ...run(entries[index], `Entries[${index}]`), Id });
    } catch (error) {
      if (!(error instanceof AwsJsonError) || error.status >= 500) throw error;
      const Code = error.queryErrorCode ?? error.name;
      result.Failed.push({ Id, SenderFault: true, Code, Message: error.message });
    }
  });
  return result;
};
