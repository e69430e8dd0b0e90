import type { ConversationKey } from '../../../console/api';
import { messageKey, optOutKey } from '../../../lambda/shared/contract/table';
import { paramsOf, textOf } from '../dynamodb/stored-item';
import type { TableReader } from '../dynamodb/table-reader';

interface Party extends ConversationKey {
  /** The person's newest message, if there is one. */
  readonly lastInbound: { readonly webhook: { readonly id: string } } | undefined;
}

/** The messaging service that received each person's newest message: an opt-out is stored for it, if there is one. */
const servicesOf = async (table: TableReader, parties: readonly Party[]): Promise<readonly (string | undefined)[]> => {
  const keys = parties.flatMap(({ accountSid, lastInbound }) =>
    lastInbound === undefined ? [] : [messageKey(accountSid, lastInbound.webhook.id)],
  );
  const items = await table.items(keys, ['params']);
  const services = new Map(
    items.map(({ item }) => [textOf(item, 'pk'), paramsOf(item)?.['MessagingServiceSid']] as const),
  );
  return parties.map(({ accountSid, lastInbound }) => {
    const service = lastInbound && services.get(messageKey(accountSid, lastInbound.webhook.id).pk);
    return typeof service === 'string' ? service : undefined;
  });
};

/** `STOP` or `START`, whichever is known last of each party; undefined if none is. */
export const lastOptOuts = async (
  table: TableReader,
  parties: readonly Party[],
): Promise<readonly (string | undefined)[]> => {
  const services = await servicesOf(table, parties);
  const keys = parties.map(({ accountSid, own, person }, at) => {
    const service = services[at];
    return [own, ...(service === undefined ? [] : [service])].map((scope) => optOutKey(accountSid, scope, person));
  });
  const items = await table.items(keys.flat(), ['state', 'changedAt']);
  const rows = new Map(items.map(({ item }) => [`${textOf(item, 'pk') ?? ''} ${textOf(item, 'sk') ?? ''}`, item]));
  return keys.map((own) => {
    const found = own.map(({ pk, sk }) => rows.get(`${pk} ${sk}`)).filter((row) => row !== undefined);
    const [last] = found.sort((a, b) => ((textOf(a, 'changedAt') ?? '') < (textOf(b, 'changedAt') ?? '') ? 1 : -1));
    return last === undefined ? undefined : (textOf(last, 'state') ?? undefined);
  });
};
