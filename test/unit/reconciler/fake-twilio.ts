import type { ListedMessage, ListPage } from '../../../lambda/shared/reconciliation/listed-message';
import { keyText, type ItemKey, type KnownItem } from '../../../lambda/shared/reconciliation/find-missing';
import type { TwilioLists } from '../../../lambda/shared/reconciliation/twilio-lists';

export const accountSid = `AC${'1'.repeat(32)}`;
/** Twilio's clock. */
export const at = (minute: number): Date => new Date(Date.UTC(2026, 0, 2, 3, minute));

export const listed = (number: number, varied: Partial<ListedMessage> = {}): ListedMessage => ({
  sid: `SM${number.toString(16).padStart(32, '0')}`,
  direction: 'inbound',
  from: '+15550100001',
  to: '+15550100002',
  body: 'hello',
  status: 'received',
  errorCode: undefined,
  numMedia: 0,
  numSegments: '1',
  messagingServiceSid: undefined,
  apiVersion: '2010-04-01',
  sentAt: at(0),
  createdAt: at(0),
  updatedAt: at(0),
  ...varied,
});

export const outgoing = (number: number, status: string, varied: Partial<ListedMessage> = {}): ListedMessage =>
  listed(number, { direction: 'outbound', status, ...varied });

/** Lists with pages of two. Undated messages are only in the list without a period. */
export const fakeLists = (messages: readonly ListedMessage[], now: Date = at(30)): TwilioLists => {
  const page = (all: readonly ListedMessage[], from: number, kind: string): Promise<ListPage> =>
    Promise.resolve({
      messages: all.slice(from, from + 2),
      nextPage: from + 2 < all.length ? `${kind} ${from + 2}` : undefined,
      at: now,
    });
  const dated = messages.filter(({ sentAt }) => sentAt !== undefined);
  return {
    messages: (period) => (period === undefined ? page(messages, 0, 'all') : page(dated, 0, 'dated')),
    next: (path) => {
      const [kind = '', from] = path.split(' ');
      return page(kind === 'all' ? messages : dated, Number(from), kind);
    },
    media: (sid) => Promise.resolve([{ url: `https://api.twilio.com/${sid}/ME1`, contentType: 'image/png' }]),
  };
};

export const fakeTable = () => {
  const items = new Map<string, KnownItem>();
  /** What only a strongly consistent read has. */
  const recent = new Map<string, KnownItem>();
  const strongReads: ItemKey[] = [];
  return {
    strongReads,
    putRecently: (key: ItemKey, item: KnownItem = {}): void => {
      recent.set(keyText(key), item);
    },
    put: (key: ItemKey, item: KnownItem = {}): void => {
      items.set(keyText(key), item);
    },
    read: (keys: readonly ItemKey[], consistency: 'eventual' | 'strong') => {
      if (consistency === 'strong') strongReads.push(...keys);
      const known = keys.flatMap((key) => {
        const item = items.get(keyText(key)) ?? (consistency === 'strong' ? recent.get(keyText(key)) : undefined);
        return item === undefined ? [] : [[keyText(key), item] as const];
      });
      return Promise.resolve(new Map(known));
    },
  };
};
