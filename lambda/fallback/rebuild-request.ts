import { canaryType } from '../shared/contract/canary';
import { fallbackAttributes } from '../shared/contract/fallback-lane';
import type { RouteName } from '../shared/contract/routes';
import { parseForm } from '../shared/payload/form';
import type { WebhookRequest } from '../shared/payload/request';
import type { QueueRecord } from '../shared/runtime/batch';

/** A request of the fallback lane, as far as its queue message has it. Nothing in it is trusted. */
export interface LaneRequest extends WebhookRequest {
  readonly requestId: string;
  readonly sourceIp: string | undefined;
}

/** Twilio requests a fallback URL for messages only. A canary is an event. */
const routeOf = (body: Buffer): RouteName =>
  body.length <= maxCanaryBytes && parseForm(body)['EventType'] === canaryType ? 'events' : 'messages';

/** A canary has a few short parameters: anything longer is not parsed to find out. */
const maxCanaryBytes = 1024;

export const rebuildRequest = (record: QueueRecord): LaneRequest => {
  const body = bodyOf(record.body);
  const attribute = (name: string): string | undefined => record.messageAttributes?.[name]?.stringValue;
  const headers: Readonly<Record<string, string | undefined>> = {
    'x-twilio-signature': attribute(fallbackAttributes.signature),
    'content-type': attribute(fallbackAttributes.contentType),
  };
  const requestId = attribute(fallbackAttributes.requestId) ?? '';
  return {
    route: routeOf(body),
    // The route of the lane accepts nothing else.
    method: 'POST',
    domainName: '',
    // Not in the message: a request with a query has another signed URL, and is rejected.
    query: '',
    header: (name) => headers[name],
    bodyBytes: body.length,
    readBody: () => body,
    // A header with a quote could have changed the JSON of the attributes: only what looks like an id is kept.
    requestId: /^[\w=-]{1,64}$/.test(requestId) ? requestId : record.messageId,
    sourceIp: plausibleAddress(attribute(fallbackAttributes.sourceIp)),
  };
};

/**
 * The documentation does not say whether API Gateway encodes the body of a form, as it does for functions. A genuine
 * form has `=` between name and value, which base64 has at its end only.
 */
const bodyOf = (text: string): Buffer => {
  const decoded = Buffer.from(text, 'base64');
  return decoded.toString('base64') === text && decoded.includes('=') ? decoded : Buffer.from(text);
};

const plausibleAddress = (address: string | undefined): string | undefined =>
  address !== undefined && /^[0-9a-f.:]{2,45}$/i.test(address) ? address : undefined;
