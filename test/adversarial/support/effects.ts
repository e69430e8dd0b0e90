import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { FaultProxy } from '../../helpers/fault-proxy';
import { isMarker } from '../../helpers/gateway-effects';
import type { TestGateway } from '../../helpers/test-gateway';

export type Item = Readonly<Record<string, AttributeValue>>;

/** What has become of the queue and the table since `forget`, or since the last time it was asked. */
export interface Effects {
  /** Takes the present as the beginning. */
  forget(): Promise<void>;
  /**
   * Waits until the queue is empty, and fails unless exactly so many messages were queued and so many rows added, the markers
   * of signed texts not counted.
   * @param expected `markers`: so many of those were added; not checked where undefined
   * @returns the rows that were added, without markers
   */
  expectEffects(expected: {
    readonly queued: number;
    readonly stored: number;
    readonly markers?: number;
  }): Promise<readonly Item[]>;
}

/** A dead letter of a fault takes five visibility timeouts; everything else is done at once. */
const settleMs = 30_000;

const keyOf = (item: Item): string => `${item['pk']?.S ?? ''} ${item['sk']?.S ?? ''}`;

export const createEffects = (gateway: TestGateway, sqs: Pick<FaultProxy, 'done'>): Effects => {
  let before: ReadonlyMap<string, Item> = new Map();
  let sentBefore = 0;

  const rows = async (): Promise<ReadonlyMap<string, Item>> =>
    new Map([...(await gateway.items()), ...(await gateway.markers())].map((item) => [keyOf(item), item]));
  const forget = async (): Promise<void> => {
    before = await rows();
    sentBefore = sqs.done('SendMessage');
  };

  return {
    forget,
    expectEffects: async ({ queued, stored, markers }) => {
      await gateway.settled(settleMs);
      const now = await rows();
      const addedRows = [...now].filter(([key]) => !before.has(key)).map(([, item]) => item);
      const added = addedRows.filter((item) => !isMarker(item));
      const addedMarkers = addedRows.length - added.length;
      expect({
        queued: sqs.done('SendMessage') - sentBefore,
        stored: added.length,
        markers: markers === undefined ? undefined : addedMarkers,
      }).toEqual({ queued, stored, markers });
      // Where nothing is stored, nothing that was there may have changed either, the markers included.
      if (stored === 0) expect([...now].filter(([key]) => before.has(key))).toEqual([...before]);
      await forget();
      return added;
    },
  };
};
