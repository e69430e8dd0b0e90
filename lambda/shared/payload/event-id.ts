import { createHash } from 'node:crypto';
import { cloudEventId, signedTextEventId, statusKey, usageEventId } from '../contract/table';
import type { Reading } from './reading';

export const signedTextHash = (signedText: string): string => createHash('sha256').update(signedText).digest('hex');

/** The id of a webhook in logs, on the queue and in lists. Contains no account SID and no text of the sender. */
export const eventIdOf = (reading: Reading, textHash: string): string => {
  switch (reading.kind) {
    case 'message':
      return reading.messageSid;
    case 'status':
      return `${reading.messageSid}#${statusKey(reading.status, reading.errorCode)}`;
    case 'usage':
      return usageEventId(reading.idempotencyToken);
    case 'cloud_events': {
      const [first, ...others] = reading.events;
      return first === undefined || others.length > 0 ? `BATCH#${textHash}` : cloudEventId(first.source, first.id);
    }
    case 'canary':
      return `CANARY#${reading.canaryId}`;
    case 'event':
    case 'unrecognized':
      return signedTextEventId(textHash);
  }
};
