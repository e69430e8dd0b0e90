import { parseForm, type Params } from '../../../lambda/shared/payload/form';
import { bodyHash } from '../../../lambda/shared/signature/body-hash';
import { noParams } from '../../../lambda/shared/signature/signature';
import { isObject, parseJson } from '../../json-fields';
import type { CauseId } from '../findings/findings';
import { jsonNotations } from './json-notations';
import { withParams, withUrl, type Content, type Variant, type VariantSource } from './variant';

/** The bytes of a body that is entirely base64; undefined for any other. */
export const decodedBase64 = (body: Buffer): Buffer | undefined => {
  const text = body.toString('latin1').trim();
  if (text === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64').replace(/=+$/, '') === text.replace(/=+$/, '') ? bytes : undefined;
};

const base64Variants: VariantSource = (content, { body }) => {
  const bytes = decodedBase64(body);
  return bytes === undefined ? [] : [withParams(content, parseForm(bytes), 'body-base64')];
};

/** The members of a JSON object as a form would hold them. */
const paramsOfJson = (value: unknown): Params | undefined => {
  if (!isObject(value)) return undefined;
  // Numbers, booleans and objects as JSON writes them, which is how they are in the body.
  const text = (member: unknown): string =>
    member === null ? '' : typeof member === 'string' ? member : JSON.stringify(member);
  return Object.fromEntries(
    Object.entries(value).map(([name, member]): [string, string | readonly string[]] => [
      name,
      Array.isArray(member) ? member.map(text) : text(member),
    ]),
  );
};

const jsonVariants: VariantSource = (content, { body }) => {
  const params = paramsOfJson(parseJson(body.toString('utf8')));
  return params === undefined ? [] : [withParams(content, params, 'form-as-json')];
};

const withQueryOnly = (content: Content, addedQuery: string, id: CauseId, about?: string): Variant => {
  const query = [content.url.query, addedQuery].filter(Boolean).join('&');
  return withUrl({ ...content, params: noParams }, { query }, { id, about });
};

/** A JSON body whose hash is not in the query: the signature may cover the query with it. */
const missingHashVariants: VariantSource = (content, { body }) => {
  if (body.length === 0 || content.url.query?.includes('bodySHA256') === true) return [];
  return [['the body as it is', body] as const, ...jsonNotations(body)].map(([about, bytes]) =>
    withQueryOnly(content, `bodySHA256=${bodyHash(bytes)}`, 'body-hash-missing', about),
  );
};

const unsignedBodyVariants: VariantSource = (content) => {
  if (Object.keys(content.params).length === 0) return [];
  const isJson = content.url.query?.includes('bodySHA256') === true;
  return [withParams(content, noParams, isJson ? 'json-as-form' : 'body-not-signed')];
};

const methodVariants: VariantSource = (content, { body, method }) => {
  const { query } = content.url;
  const form = body.toString('latin1').trim();
  const both = query === undefined ? [] : [{ ...content.params, ...parseForm(query) }];
  return [
    ...both.flatMap((params) => [
      withParams(content, params, 'query-as-params'),
      withUrl({ ...content, params }, { query: undefined }, { id: 'query-as-params' }),
    ]),
    ...(method === 'GET' || form === '' ? [] : [withQueryOnly(content, form, 'params-in-query')]),
  ];
};

/** The body read in another format, or parameters in another place. */
export const bodyFormatVariants: readonly VariantSource[] = [
  base64Variants,
  jsonVariants,
  missingHashVariants,
  unsignedBodyVariants,
  methodVariants,
];
