import { single, type Params } from '../payload/form';

/** Parameters of an incoming message that people look for, and the attributes that have them besides `params`. */
const attributeNames = {
  MessageType: 'messageType',
  OptOutType: 'optOutType',
  ProfileName: 'profileName',
  WaId: 'waId',
  ButtonText: 'buttonText',
  ButtonPayload: 'buttonPayload',
  Latitude: 'latitude',
  Longitude: 'longitude',
  Address: 'address',
  Label: 'label',
  ReferralSourceType: 'referralSourceType',
  ReferralSourceId: 'referralSourceId',
  ReferralSourceUrl: 'referralSourceUrl',
  ReferralHeadline: 'referralHeadline',
  ReferralBody: 'referralBody',
  ReferralCtwaClid: 'referralCtwaClid',
} as const;

export type MessageAttributeName = (typeof attributeNames)[keyof typeof attributeNames];
export type MessageAttributes = Readonly<Partial<Record<MessageAttributeName, string>>>;

export const messageAttributeNames: readonly MessageAttributeName[] = Object.values(attributeNames);

/** All of them have at most 8 kB, so that an item with the largest content still has room for them. */
const maxBytes = 512;
const degrees = /^-?\d{1,3}(?:\.\d{1,20})?$/;

const isUsable = (name: MessageAttributeName, value: string): boolean =>
  name === 'latitude' || name === 'longitude'
    ? degrees.test(value)
    : value !== '' && Buffer.byteLength(value) <= maxBytes;

/** Leaves out what is absent, empty, repeated with other values, too long, or not a coordinate: `params` has it. */
export const messageAttributesOf = (params: Params): MessageAttributes =>
  Object.fromEntries(
    Object.entries(attributeNames).flatMap(([param, name]) => {
      const value = single(params, param);
      return value !== undefined && isUsable(name, value) ? [[name, value]] : [];
    }),
  );
