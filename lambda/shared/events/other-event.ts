import { formAttributes } from '../attributes/event-attributes';
import { groupIdOf } from './conversation';
import { publication } from './event-publication';
import { firstValue, paramsAt, textAt, viaOf, type Image } from './item-image';
import type { Publication } from './publication';

/** The event of what is neither a message nor a status: a usage trigger, or any other webhook. */
export const otherEvent = (image: Image): Publication => {
  const accountSid = textAt(image, 'accountSid') ?? '';
  const eventId = textAt(image, 'eventId') ?? '';
  const query = textAt(image, 'query') ?? '';
  const params = image['params'] === undefined ? undefined : paramsAt(image, 'params');
  const kind = textAt(image, 'kind') ?? '';
  if (kind === 'usage') {
    const usageTriggerSid = firstValue(params?.['UsageTriggerSid']);
    return publication(
      'twilio.webhook.usage-trigger.fired',
      image,
      eventId,
      {
        accountSid,
        ...ifDefined('usageTriggerSid', usageTriggerSid),
        ...ifDefined('usageCategory', firstValue(params?.['UsageCategory'])),
        ...ifDefined('currentValue', firstValue(params?.['CurrentValue'])),
        ...ifDefined('triggerValue', firstValue(params?.['TriggerValue'])),
        query,
        params: params ?? {},
        ...viaOf(image),
      },
      { subject: usageTriggerSid, groupId: groupIdOf(accountSid, usageTriggerSid ?? eventId) },
      {},
    );
  }
  const eventType = textAt(image, 'type');
  const subject = textAt(image, 'subject') ?? formAttributes(params ?? {}).subject;
  return publication(
    'twilio.webhook.event.received',
    image,
    eventId,
    {
      accountSid,
      eventId,
      route: textAt(image, 'route') ?? '',
      recognized: kind !== 'unrecognized',
      ...ifDefined('reason', textAt(image, 'reason')),
      ...ifDefined('eventType', eventType),
      ...ifDefined('eventSource', textAt(image, 'source')),
      query,
      ...(params !== undefined && { params }),
      ...ifDefined('payload', textAt(image, 'payload')),
      ...ifDefined('payloadBase64', textAt(image, 'payloadBase64')),
      ...viaOf(image),
    },
    { subject, groupId: groupIdOf(accountSid, subject ?? eventId) },
    ifDefined('eventType', eventType),
  );
};

const ifDefined = <Name extends string>(name: Name, value: string | undefined) =>
  (value === undefined ? {} : { [name]: value }) as Readonly<Partial<Record<Name, string>>>;
