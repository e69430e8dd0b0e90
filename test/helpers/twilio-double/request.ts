import type { IncomingMessage } from 'node:http';
import { apiHosts, type ApiHost } from './descriptions';

/** A request as it came, before anything is believed about it. */
export interface ApiRequest {
  readonly host: ApiHost;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly contentType: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

const isApiHost = (name: string | undefined): name is ApiHost => apiHosts.some((host) => host === name);

/** The host is the first segment of the path, or else the Host header. */
export const readApiRequest = async (incoming: IncomingMessage): Promise<ApiRequest | undefined> => {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  const [, first, rest] = /^\/([^/?]+)(.*)$/.exec(incoming.url ?? '') ?? [];
  const named = isApiHost(first);
  const host = named ? first : incoming.headers.host?.split(':')[0];
  if (!isApiHost(host)) return undefined;
  const [path = '', query = ''] = (named ? (rest ?? '') : (incoming.url ?? '')).split(/\?(.*)/s);
  return {
    host,
    method: incoming.method ?? '',
    path,
    query,
    contentType: incoming.headers['content-type'] ?? '',
    authorization: incoming.headers.authorization,
    body: Buffer.concat(chunks).toString('latin1'),
  };
};

/** Basic authentication; undefined where it is absent or malformed. */
export const basicCredentials = (
  authorization: string | undefined,
): { readonly user: string; readonly password: string } | undefined => {
  const encoded = /^Basic ([A-Za-z0-9+/]+={0,2})$/.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const [, user, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
  return user === undefined || password === undefined ? undefined : { user, password };
};

/** `application/x-www-form-urlencoded` as the URL standard writes it, with what qs leaves as it is. */
const formText = /^(?:[A-Za-z0-9*\-._~+&=]|%[0-9A-Fa-f]{2})*$/;

/** The parameters of a form, or what is wrong with its encoding. */
export const parseStrictForm = (
  text: string,
): { readonly params: Record<string, string | string[]> } | { readonly fault: string } => {
  if (!formText.test(text)) return { fault: 'the form holds characters that had to be encoded' };
  const params: Record<string, string | string[]> = {};
  for (const [name, value] of new URLSearchParams(text)) {
    if (value.includes('\ufffd')) return { fault: 'the form is not UTF-8' };
    const earlier = params[name];
    params[name] = earlier === undefined ? value : [earlier, value].flat();
  }
  return { params };
};
