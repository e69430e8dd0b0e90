import { createHash } from 'node:crypto';
import { acceptedAttributes } from './accepted-text';
import { schemaOf, type EventData, type EventType } from './gateway-event';
import { textAt, type Image } from './item-image';
import type { Publication } from './publication';

/**
 * The event of an item, as it is published.
 * @param storedId what makes the id of the event unique among those of its type
 * @param attributes for filters, in addition to the type and the account
 */
export const publication = <Type extends EventType>(
  type: Type,
  image: Image,
  storedId: string,
  data: EventData[Type],
  delivery: { readonly subject: string | undefined; readonly groupId: string },
  attributes: Readonly<Record<string, string>>,
): Publication => {
  const accountSid = textAt(image, 'accountSid') ?? '';
  const source = `/accounts/${accountSid}`;
  const id = `${type.slice('twilio.webhook.'.length)}/${storedId}`;
  return {
    event: {
      specversion: '1.0',
      type,
      id,
      source,
      ...(delivery.subject !== undefined && { subject: delivery.subject }),
      time: textAt(image, 'updatedAt') ?? textAt(image, 'receivedAt') ?? '',
      datacontenttype: 'application/json',
      dataschema: schemaOf(type),
      item: { pk: textAt(image, 'pk') ?? '', sk: textAt(image, 'sk') ?? '' },
      data,
    },
    groupId: delivery.groupId,
    deduplicationId: deduplicationIdOf(source, id),
    attributes: acceptedAttributes({ type, accountSid, ...attributes }),
  };
};

/** A hash is unique in all accounts and short enough for SNS, even if the id is long. */
export const deduplicationIdOf = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex');
