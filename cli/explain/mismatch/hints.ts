import { defaultConnectionOverrides } from '../../../lambda/shared/contract/connection-overrides';
import { authority, headerOf, headerValues } from '../capture/capture';
import type { Question } from '../gateway/question';
import type { Hints } from '../variants/variant';

/** Usual stage names. */
const usualStages = ['dev', 'staging', 'prod', 'production', 'test', 'stage', 'live', 'default', '$default', 'Prod'];
/** The connection overrides in the stack's outputs, and the shortest ones. */
const usualFragments = [defaultConnectionOverrides, 'rc=3&rp=5xx,ct,rt', 'rc=3', 'rc=1', 'rp=all'];

const distinct = (texts: readonly (string | undefined)[]): readonly string[] =>
  [...new Set(texts)].filter((text): text is string => text !== undefined && text !== '');

const basicCredentials = (header: string): string | undefined => {
  const encoded = /^basic\s+([A-Za-z0-9+/=]+)$/i.exec(header.trim())?.[1];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf8');
};

/** Collects the material for near misses. */
export const hintsOf = ({ capture, route, configured, keys, hosts, stage }: Question): Hints => {
  const notes = [':authority', 'host', 'x-forwarded-host', 'x-original-host']
    .flatMap((name) => headerValues(capture, name))
    .map(authority);
  const [own] = notes;
  const isRelative = capture.url.host === '';
  const captured = {
    ...capture.url,
    scheme: (capture.url.scheme || headerOf(capture, 'x-forwarded-proto')?.split(',')[0]?.trim()) ?? '',
    host: isRelative ? (own?.host ?? '') : capture.url.host,
    port: isRelative ? (own?.port ?? '') : capture.url.port,
  };
  const noted = notes.flatMap(({ host, port }) =>
    [configured.path, captured.path].map((path) => ({ scheme: captured.scheme, host, port, path })),
  );
  const seen = [captured, { ...captured, path: configured.path }, ...noted];
  return {
    method: capture.method,
    body: capture.body,
    route,
    captured,
    addresses: seen.flatMap((address) => [address, { ...address, scheme: 'https' }]),
    configuredQuery: configured.query,
    hosts: distinct([...notes.map(({ host }) => host), ...hosts]),
    ports: distinct([...notes.map(({ port }) => port), headerOf(capture, 'x-forwarded-port')]),
    userinfos: distinct([
      capture.url.userinfo,
      configured.userinfo,
      ...headerValues(capture, 'authorization').map(basicCredentials),
    ]),
    fragments: distinct([capture.url.fragment, configured.fragment, ...usualFragments]),
    stages: distinct([stage, captured.path.split('/')[1], ...usualStages]).filter((name) => name !== route),
    accountSids: keys.accountSids ?? [],
  };
};
