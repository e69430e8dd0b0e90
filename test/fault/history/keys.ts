import {
  cloudEventId,
  eventKey,
  eventSortKey,
  messageKey,
  messageSortKey,
  signedTextSortKey,
  statusEventKey,
  statusKey,
  statusSortKeyPrefix,
  usageEventId,
} from '../../../lambda/shared/contract/table';

/**
 * Where a webhook is stored. The key functions of the table are all that generator and checker share with the code that they are
 * about, and this file is the only one that imports them.
 */
export interface Place {
  /** Undefined where the key is a hash of the signed text: then the content alone tells the row. */
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

/** An item that says what a message is and how far it is. */
export const isMessageRow = ({ sk }: { readonly sk: string }): boolean => sk === messageSortKey;

/** An item of a message's history. */
export const isStatusRow = ({ sk }: { readonly sk: string }): boolean => sk.startsWith(statusSortKeyPrefix);

/** A marker: it says that a signed text was read, and as what. It is no webhook. */
export const isMarkerRow = ({ sk }: { readonly sk: string }): boolean => sk === signedTextSortKey;
