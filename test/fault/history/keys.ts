import {
  cloudEventId,
  eventKey,
  eventSortKey,
  messageKey,
  messageSortKey,
  otherContentSortKeyPrefix,
  signedTextSortKey,
  statusEventKey,
  statusKey,
  statusSortKeyPrefix,
  usageEventId,
} from '../../../lambda/shared/contract/table';

/**
 * Where a webhook is stored. The table's key functions are the only code under test that generator and checker use, and
 * only this file imports them.
 */
export interface Place {
  /** Undefined if the key is a hash of the signed text: then the content identifies the row. */
  readonly pk: string | undefined;
  readonly sk: string;
}

export const messagePlace = messageKey;

export const statusPlace = (
  accountSid: string,
  messageSid: string,
  status: string,
  errorCode: string | undefined,
): Place => statusEventKey(accountSid, messageSid, statusKey(status, errorCode));

export const usagePlace = (accountSid: string, idempotencyToken: string): Place =>
  eventKey(accountSid, usageEventId(idempotencyToken));

export const cloudEventPlace = (accountSid: string, source: string, id: string): Place =>
  eventKey(accountSid, cloudEventId(source, id));

export const otherEventPlace: Place = { pk: undefined, sk: eventSortKey };

/** The item of a message, with its current status. */
export const isMessageRow = ({ sk }: { readonly sk: string }): boolean => sk === messageSortKey;

/** An item of a message's status history. */
export const isStatusRow = ({ sk }: { readonly sk: string }): boolean => sk.startsWith(statusSortKeyPrefix);

/** An item of any other webhook. */
export const isEventRow = ({ sk }: { readonly sk: string }): boolean =>
  sk === eventSortKey || sk.startsWith(otherContentSortKeyPrefix);

/** The marker of a signed text that was read. It is not a webhook. */
export const isMarkerRow = ({ sk }: { readonly sk: string }): boolean => sk === signedTextSortKey;
