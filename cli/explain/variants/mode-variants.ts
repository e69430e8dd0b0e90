import { parseForm, type Params } from '../../../lambda/shared/payload/form';
import { bodyHash } from '../../../lambda/shared/signature/signature';
import { isObject, parseJson } from '../../json-fields';
import { jsonNotations } from './json-notations';
import type { VariantSource } from './variant';

const noParams: Params = {};

/** The bytes of a text that is base64 and nothing else; undefined for any other. */
export const decodedBase64 = (body: Buffer): Buffer | undefined => {
  const text = body.toString('latin1').trim();
  if (text === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64').replace(/=+$/, '') === text.replace(/=+$/, '') ? bytes : undefined;
};

export const base64Variants: VariantSource = (content, { body }) => {
  const bytes = decodedBase64(body);
  if (bytes === undefined) return [];
  return [{ causes: [{ id: 'body-base64' }], content: { ...content, params: parseForm(bytes) } }];
};

/** The members of a JSON object as a form would hold them. */
export const paramsOfJson = (value: unknown): Params | undefined => {
  if (!isObject(value)) return undefined;
  // What is no text is written as JSON writes it, which is how it stands in the body.
  const text = (member: unknown): string =>
    member === null ? '' : typeof member === 'string' ? member : JSON.stringify(member);
  return Object.fromEntries(
    Object.entries(value).map(([name, member]): [string, string | readonly string[]] => [
      name,
      Array.isArray(member) ? member.map(text) : text(member),
    ]),
  );
};

export const jsonVariants: VariantSource = (content, { body }) => {
  const params = paramsOfJson(parseJson(body.toString('utf8')));
  return params === undefined ? [] : [{ causes: [{ id: 'form-as-json' }], content: { ...content, params } }];
};

/** A JSON body whose hash is not in the query: the signature may be over the query with it. */
export const missingHashVariants: VariantSource = (content, { body }) => {
  const { query } = content.url;
  if (body.length === 0 || query?.includes('bodySHA256') === true) return [];
  return [['the body as it is', body] as const, ...jsonNotations(body)].map(([about, bytes]) => ({
    causes: [{ id: 'body-hash-missing', about }],
    content: {
      url: { ...content.url, query: [query, `bodySHA256=${bodyHash(bytes)}`].filter(Boolean).join('&') },
      params: noParams,
    },
  }));
};

export const unsignedBodyVariants: VariantSource = (content) => {
  if (Object.keys(content.params).length === 0) return [];
  const isJson = content.url.query?.includes('bodySHA256') === true;
  return [
    {
      causes: [{ id: isJson ? 'json-as-form' : 'body-not-signed' }],
      content: { ...content, params: noParams },
    },
  ];
};

export const methodVariants: VariantSource = (content, { body, method }) => {
  const { url, params } = content;
  const queryParams = url.query === undefined ? undefined : parseForm(url.query);
  const both = queryParams === undefined ? undefined : { ...params, ...queryParams };
  const form = body.toString('latin1').trim();
  return [
    ...(both === undefined
      ? []
      : [
          { causes: [{ id: 'query-as-params' } as const], content: { url, params: both } },
          {
            causes: [{ id: 'query-as-params' } as const],
            content: { url: { ...url, query: undefined }, params: both },
          },
        ]),
    ...(method === 'GET' || form === ''
      ? []
      : [
          {
            causes: [{ id: 'params-in-query' } as const],
            content: {
              url: { ...url, query: [url.query, form].filter(Boolean).join('&') },
              params: noParams,
            },
          },
        ]),
  ];
};
