import type { HandlerList } from '../../api';
import type { Backend } from '../../../cli/clients/ports';

export type Reply = HandlerList['replies'][number];

/** What handlers replied, the newest first; none where replies go to Twilio itself. */
export const readReplies = async ({ replies }: Pick<Backend, 'replies'>): Promise<readonly Reply[]> =>
  ((await replies?.()) ?? []).map(({ sid, at, from, to, body, status }) => ({
    sid,
    at,
    from: from ?? '',
    to,
    body,
    status,
  }));
