import { eventKey, eventSortKey, messageKey, statusEventKey } from '../../lambda/shared/contract/table';
import { isMessageSid } from '../../lambda/shared/payload/sid';
import type { StoredKey } from '../clients/dynamodb/stored-since';

const eventIdPattern = /^(?:USAGE|CLOUDEVENT|EVENT)#[0-9a-f]{64}(?:#[0-9a-f]{64})?$/;

/**
 * The key of the item with an id. An id is a MessageSid; a status such as `SM…#delivered#-`, with the error code in
 * place of `-`; or the id of an event, as `events list` shows it.
 * @returns undefined if it can be none of these
 */
export const storedKeyOf = (accountSid: string, id: string): StoredKey | undefined => {
  const [sid = '', ...status] = id.split('#');
  if (isMessageSid(sid)) {
    if (status.length === 0) return { ...messageKey(accountSid, sid), time: '' };
    return status.length === 1 ? undefined : { ...statusEventKey(accountSid, sid, status.join('#')), time: '' };
  }
  if (!eventIdPattern.test(id)) return undefined;
  const [kind, hash, content] = id.split('#');
  const { pk } = eventKey(accountSid, `${kind ?? ''}#${hash ?? ''}`);
  return { pk, sk: content === undefined ? eventSortKey : `${eventSortKey}#${content}`, time: '' };
};
