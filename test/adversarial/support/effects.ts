import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { FaultProxy } from '../../helpers/fault-proxy';
import { isMarker } from '../../helpers/gateway-effects';
import type { TestGateway } from '../../helpers/test-gateway';

export type Item = Readonly<Record<string, AttributeValue>>;

/** Changes of the queue and the table since `forget`, or since the last `expectEffects`. */
export interface Effects {
  /** Starts again from the present state. */
  forget(): Promise<void>;
  /**
   * Waits until the queue is empty. Fails unless exactly this many messages were queued and rows added, not counting
   * markers.
   * @param expected `markers`: how many markers of signed texts were added; not checked if undefined
   * @returns the rows that were added, without markers
   */
  expectEffects(expected: {
    readonly queued: number;
    readonly stored: number;
    readonly markers?: number;
  }): Promise<readonly Item[]>;
}

/** A dead letter takes five visibility timeouts; everything else is quick. */
const settleMs = 30_000;

const keyOf = (item: Item): string => `${item['pk']?.S ?? ''} ${item['sk']?.S ?? ''}`;

export const createEffects = (gateway: TestGateway, sqs: Pick<FaultProxy, 'done'>): Effects => {
  let before: ReadonlyMap<string, Item> = new Map();
  let sentBefore = 0;

  const rows = async (): Promise<ReadonlyMap<string, Item>> =>
    new Map((await gateway.rows()).map((item) => [keyOf(item), item]));
  const forget = async (): Promise<void> => {
    before = await rows();
    sentBefore = sqs.done('SendMessage');
  };

  return {
    forget,
    expectEffects: async ({ queued, stored, markers }) => {
      await gateway.settled(settleMs);
      const now = await rows();
      const sent = sqs.done('SendMessage');
      const addedRows = [...now].filter(([key]) => !before.has(key)).map(([, item]) => item);
      const added = addedRows.filter((item) => !isMarker(item));
      const addedMarkers = addedRows.length - added.length;
      expect({
        queued: sent - sentBefore,
        stored: added.length,
        markers: markers === undefined ? undefined : addedMarkers,
      }).toEqual({ queued, stored, markers });
      // If nothing is stored, no existing row or marker may have changed.
      if (stored === 0) {
        // A text is compared faster than an item; the table grows with each test.
        const changed = [...before].filter(([key, row]) => JSON.stringify(now.get(key)) !== JSON.stringify(row));
        expect(changed.map(([key]) => [key, now.get(key)])).toEqual(changed);
      }
      before = now;
      sentBefore = sent;
      return added;
    },
  };
};
