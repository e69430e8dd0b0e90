import type {
  EventStore,
  IncomingMessage,
  OtherEvent,
  StatusCallback,
  StorableWebhook,
} from '../../../lambda/consumer/ports';
import type { StoredEvent, StoredMessage, TestableEventStore } from './event-store-contract';

/**
 * What `EventStore` promises, said another way: it keeps every delivery and works out the items from all of them, so the order in
 * which they came cannot matter.
 */
export const createInMemoryEventStore = (): EventStore & TestableEventStore => {
  const messages = new Map<string, IncomingMessage[]>();
  const callbacks = new Map<string, StatusCallback[]>();
  const events = new Map<string, OtherEvent[]>();
  const add = <T>(map: Map<string, T[]>, key: string, value: T) =>
    map.set(key, [...(map.get(key) ?? []), value]);

  const readMessage = (messageSid: string): StoredMessage | undefined => {
    const incoming = messages.get(messageSid) ?? [];
    const statuses = callbacks.get(messageSid) ?? [];
    const origin = earliest(incoming) ?? earliest(statuses);
    if (origin === undefined) return undefined;
    const top = [...incoming, ...statuses]
      .filter(({ order }) => order !== undefined)
      .sort((a, b) => (b.order ?? 0) - (a.order ?? 0) || compare(a, b))[0];
    return {
      accountSid: origin.accountSid,
      direction: origin.kind === 'message' ? 'inbound' : 'outbound',
      from: origin.from,
      to: origin.to,
      receivedAt: origin.receivedAt,
      requestId: origin.requestId,
      ...(origin.kind === 'message'
        ? {
            body: origin.body,
            media: origin.media,
            params: origin.params,
            query: origin.query,
            fallback: origin.fallback,
          }
        : {}),
      ...(top === undefined ? {} : { status: top.status, updatedAt: top.receivedAt }),
      ...(top?.kind === 'status' && top.errorCode !== undefined ? { errorCode: top.errorCode } : {}),
    };
  };

  const isForeign = (stored: { readonly accountSid: string } | undefined, webhook: StorableWebhook) =>
    stored !== undefined && stored.accountSid !== webhook.accountSid;

  return {
    storeMessage: (message) => {
      if (isForeign(readMessage(message.messageSid), message)) return Promise.resolve('other_account');
      const isFirst = !messages.has(message.messageSid);
      add(messages, message.messageSid, message);
      return Promise.resolve(isFirst ? 'stored' : 'duplicate');
    },
    storeStatus: (status) => {
      const before = readMessage(status.messageSid);
      if (isForeign(before, status)) return Promise.resolve({ outcome: 'other_account' });
      const isFirst = !(callbacks.get(status.messageSid) ?? []).some(
        ({ eventId }) => eventId === status.eventId,
      );
      add(callbacks, status.messageSid, status);
      const standing = before?.status === undefined ? {} : { standingStatus: before.status };
      return Promise.resolve({ outcome: isFirst ? 'stored' : 'duplicate', ...standing });
    },
    storeEvent: (event) => {
      const before = events.get(event.eventId);
      if (isForeign(before?.[0], event)) return Promise.resolve('other_account');
      add(events, event.eventId, event);
      return Promise.resolve(before === undefined ? 'stored' : 'duplicate');
    },

    readMessage: (messageSid) => Promise.resolve(readMessage(messageSid)),
    readHistory: (messageSid) => {
      const rows = new Map<string, StatusCallback[]>();
      for (const row of callbacks.get(messageSid) ?? []) add(rows, row.eventId, row);
      const kept = [...rows.values()].flatMap((deliveries) => earliest(deliveries) ?? []);
      return Promise.resolve(
        kept
          .map(({ status, errorCode, receivedAt, query, params }) => ({
            status,
            ...(errorCode === undefined ? {} : { errorCode }),
            receivedAt,
            query,
            params,
          }))
          .sort((a, b) =>
            `${a.status}#${a.errorCode ?? '-'}` < `${b.status}#${b.errorCode ?? '-'}` ? -1 : 1,
          ),
      );
    },
    readEvent: (eventId): Promise<StoredEvent | undefined> => {
      const event = earliest(events.get(eventId) ?? []);
      if (event === undefined) return Promise.resolve(undefined);
      const { kind, receivedAt, query, type, source, content } = event;
      return Promise.resolve({
        kind,
        accountSid: event.accountSid,
        receivedAt,
        query,
        ...(type === undefined ? {} : { type }),
        ...(source === undefined ? {} : { source }),
        ...content,
      });
    },
  };
};

interface Received {
  readonly receivedAt: string;
  readonly requestId: string;
}

const compare = (a: Received, b: Received): number =>
  a.receivedAt === b.receivedAt ? (a.requestId < b.requestId ? -1 : 1) : a.receivedAt < b.receivedAt ? -1 : 1;

const earliest = <T extends Received>(deliveries: readonly T[]): T | undefined =>
  [...deliveries].sort(compare)[0];
