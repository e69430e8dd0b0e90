import { deliveryWays } from '../payload/envelope';
import type { WebhookParams, WebhookVia } from './gateway-event';

/** The types of DynamoDB attribute that events are read from. */
interface Attribute {
  readonly S?: string | undefined;
  readonly N?: string | undefined;
  readonly BOOL?: boolean | undefined;
  readonly L?: readonly Attribute[] | undefined;
  readonly M?: Readonly<Record<string, Attribute>> | undefined;
}

/** An item of the table, as its stream has it. */
export type Image = Readonly<Record<string, Attribute>>;

export const textAt = (image: Image | undefined, name: string): string | undefined => image?.[name]?.S;

export const numberAt = (image: Image | undefined, name: string): number | undefined => {
  const value = image?.[name]?.N;
  return value === undefined ? undefined : Number(value);
};

/** Parameters are stored as JSON text, because a DynamoDB map refuses empty names. */
export const paramsAt = (image: Image, name: string): WebhookParams => {
  const text = textAt(image, name);
  // Written by the consumer: a JSON object whose values are texts or lists of texts.
  return text === undefined ? {} : (JSON.parse(text) as WebhookParams);
};

export const mediaAt = (image: Image) =>
  (image['media']?.L ?? []).map(({ M }) => ({
    url: M?.['url']?.S ?? '',
    contentType: M?.['contentType']?.S ?? '',
  }));

/** Of a parameter that was sent more than once. */
export const firstValue = (value: string | readonly string[] | undefined): string | undefined =>
  typeof value === 'string' ? value : value?.[0];

/** How it came, where that is not by its own webhook. */
export const viaOf = (image: Image): { readonly via?: WebhookVia } => {
  const via = deliveryWays.find((way) => way === textAt(image, 'via'));
  return via === undefined ? {} : { via };
};
