import { single, type Params } from '../../../lambda/shared/payload/form';
import { mapValues, namesWhere, without } from './param-values';
import { shownName, shownNames, withParams, type Variant, type VariantSource } from './variant';

const places = ['City', 'State', 'Zip', 'Country'];
/** Twilio sends these for every message and call, and leaves unknown ones empty. */
const messagePlaces = ['From', 'To'].flatMap((side) => places.map((place) => side + place));
const callPlaces = ['Caller', 'Called'].flatMap((side) => places.map((place) => side + place));
const otherEmpties = ['Body', 'ParentAccountSid', 'ForwardedFrom', 'MessagingServiceSid', 'ProfileName', 'ErrorCode'];

const subsets = (names: readonly string[]): readonly (readonly string[])[] =>
  names.reduce<readonly (readonly string[])[]>(
    (smaller, name) => [...smaller, ...smaller.map((subset) => [...subset, name])],
    [[]],
  );

const isAbsent = (params: Params) => (name: string) => !Object.hasOwn(params, name);

const droppedEmptyVariants: VariantSource = (content, _hints, isPaired) => {
  const { params } = content;
  const withEmpty = (names: readonly string[], aloneOnly: boolean): Variant => ({
    ...withParams(
      content,
      { ...params, ...Object.fromEntries(names.map((name) => [name, ''])) },
      'empty-params-dropped',
      names.join(', '),
    ),
    aloneOnly,
  });
  const ofMessages = messagePlaces.filter(isAbsent(params));
  const ofCalls = callPlaces.filter(isAbsent(params));
  const others = otherEmpties.filter(isAbsent(params));
  const all = [...ofMessages, ...ofCalls];
  return [
    withEmpty(ofMessages, false),
    withEmpty([...ofMessages, 'Body'].filter(isAbsent(params)), false),
    ...(Object.hasOwn(params, 'CallSid') ? [withEmpty(all, false)] : []),
    ...others.map((name) => withEmpty([name], false)),
    ...(isPaired ? [] : [ofMessages, ofCalls]).flatMap((names) =>
      subsets(names).map((subset) => withEmpty(subset, true)),
    ),
  ].filter(({ causes: [cause] }) => cause?.about !== '');
};

const addedEmptyVariants: VariantSource = (content) => {
  const empties = namesWhere(content.params, (value) => value === '');
  if (empties.length === 0) return [];
  const filled = without(content.params, (_, value) => value === '');
  return [withParams(content, filled, 'empty-params-added', shownNames(empties))];
};

const nulls = ['null', 'undefined', 'None', 'nil', 'NULL'];

const nullVariants: VariantSource = (content) => {
  const { params } = content;
  const written = namesWhere(params, (value) => nulls.includes(value));
  const empties = namesWhere(params, (value) => value === '');
  return [
    ...(written.length === 0
      ? []
      : [
          mapValues(params, (value) => (nulls.includes(value) ? '' : value)),
          without(params, (_, value) => typeof value === 'string' && nulls.includes(value)),
        ].map((changed) => withParams(content, changed, 'null-params', shownNames(written)))),
    ...(empties.length === 0 ? [] : ['null', 'undefined']).map((word) => {
      const filled = mapValues(params, (value) => (value === '' ? word : value));
      return withParams(content, filled, 'null-params', shownNames(empties));
    }),
  ];
};

const addedParamVariants: VariantSource = (content) =>
  Object.keys(content.params).map((name) =>
    withParams(
      content,
      without(content.params, (candidate) => candidate === name),
      'param-added',
      shownName(name),
    ),
  );

/** Parameters whose value follows from others, or rarely varies. */
const usualValues = (params: Params, accountSids: readonly string[]): readonly Readonly<Record<string, string>>[] => {
  const messageSid = single(params, 'MessageSid') ?? single(params, 'SmsSid') ?? single(params, 'SmsMessageSid');
  const status = single(params, 'MessageStatus') ?? single(params, 'SmsStatus');
  const digits = /^whatsapp:\+(\d+)$/.exec(single(params, 'From') ?? '')?.[1];
  const ofMessage =
    messageSid === undefined
      ? []
      : [
          { SmsSid: messageSid },
          { SmsMessageSid: messageSid },
          { SmsSid: messageSid, SmsMessageSid: messageSid },
          { MessageSid: messageSid },
        ];
  const ofStatus = status === undefined ? [] : [{ MessageStatus: status }, { SmsStatus: status }];
  return [
    ...ofMessage,
    ...ofStatus,
    ...accountSids.map((AccountSid) => ({ AccountSid })),
    { ApiVersion: '2010-04-01' },
    { NumMedia: '0' },
    { NumSegments: '1' },
    { NumSegments: '2' },
    { SmsStatus: 'received' },
    { FromCountry: 'US' },
    { ToCountry: 'US' },
    { MessageType: 'text' },
    ...(digits === undefined ? [] : [{ WaId: digits }]),
  ];
};

const droppedParamVariants: VariantSource = (content, { accountSids }) =>
  usualValues(content.params, accountSids)
    .filter((guess) => Object.keys(guess).every(isAbsent(content.params)))
    .map((guess) =>
      withParams(content, { ...content.params, ...guess }, 'param-dropped', Object.keys(guess).join(', ')),
    );

const repeatVariants: VariantSource = (content) => {
  const { params } = content;
  const repeated = Object.keys(params).filter((name) => typeof params[name] !== 'string');
  const listed = namesWhere(params, (value) => value.includes(','));
  const collapsed = (join: (values: readonly string[]) => string): Params =>
    Object.fromEntries(
      Object.entries(params).map(([name, value]) => [name, typeof value === 'string' ? value : join(value)]),
    );
  const joins: readonly ((values: readonly string[]) => string)[] = [
    (values) => values[0] ?? '',
    (values) => values.at(-1) ?? '',
    (values) => values.join(','),
  ];
  return [
    ...(repeated.length === 0 ? [] : joins).map((join) =>
      withParams(content, collapsed(join), 'repeats-collapsed', shownNames(repeated)),
    ),
    ...listed.map((name) => {
      const split = { ...params, [name]: [params[name] ?? ''].flat().join(',').split(',') };
      return withParams(content, split, 'repeats-collapsed', shownName(name));
    }),
  ];
};

/** Parameters added, dropped or collapsed. */
export const paramSetVariants: readonly VariantSource[] = [
  addedEmptyVariants,
  nullVariants,
  droppedEmptyVariants,
  droppedParamVariants,
  addedParamVariants,
  repeatVariants,
];
