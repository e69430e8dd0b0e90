import type { WebhookQuery, WebhookReader } from '../../../../cli/clients/webhooks/webhook-reader';
import type { WebhookPage } from '../../../../console/api';
import { message } from '../../cli/find/fake-webhooks';
import { fakeBackend, startTestConsole } from './console-fixture';

const absent = (): Promise<never> => Promise.reject(new Error('the test does not call it'));

const position = (at: number): string => `2026-03-04T05:06:${String(59 - at)}.000Z#SM`;

/** Items of which only some fit. */
const readerOf = (fitting: readonly number[], onRead: (at: number) => void): WebhookReader => ({
  newest: async function* ({ isEnough }: WebhookQuery) {
    for (let at = 0; at < 40; at += 1) {
      await Promise.resolve();
      onRead(at);
      if (fitting.includes(at)) yield message({ id: `SM${at}`, position: position(at) });
      if (isEnough?.(position(at)) === true) break;
    }
    return undefined;
  },
  follow: () => {
    throw new Error('the test does not call it');
  },
  conversations: absent,
  conversation: absent,
  bySubject: absent,
});

const search = async (reader: WebhookReader, query = '') => {
  const served = await startTestConsole({
    backend: () => Promise.resolve(fakeBackend({ webhooks: () => Promise.resolve(reader) })),
  });
  const { status, text } = await served.call(`/api/webhooks?search=x${query}`);
  await served.close();
  expect(status).toBe(200);
  const { rows, next } = JSON.parse(text) as WebhookPage;
  return { ids: rows.map(({ id }) => id), next };
};

describe('a search of the inbox', () => {
  afterEach(() => void jest.restoreAllMocks());

  /** The clock jumps when the item is read. */
  const slowFrom = (item: number) => {
    const start = Date.now();
    const clock = jest.spyOn(Date, 'now').mockReturnValue(start);
    return (at: number): void => {
      if (at === item) clock.mockReturnValue(start + 60_000);
    };
  };

  test('that finds nothing in its time ends with the place where the next one goes on', async () => {
    expect(await search(readerOf([], slowFrom(20)))).toEqual({ ids: [], next: position(20) });
  });

  test('that finds something in its time goes on after the last item that it has read', async () => {
    expect(await search(readerOf([3, 30], slowFrom(20)))).toEqual({ ids: ['SM3'], next: position(20) });
  });

  test('that fills a page goes on after the last row', async () => {
    expect(
      await search(
        readerOf([3, 30], () => undefined),
        '&limit=1',
      ),
    ).toEqual({ ids: ['SM3'], next: position(3) });
  });

  test('that reads the whole period has no next page', async () => {
    expect(await search(readerOf([3, 39], () => undefined))).toEqual({ ids: ['SM3', 'SM39'], next: null });
  });
});
