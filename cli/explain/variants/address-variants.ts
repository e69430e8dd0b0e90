import { routeNames } from '../../../lambda/shared/contract/routes';
import type { Cause, CauseId } from '../findings/findings';
import { shownPart } from '../capture/url-parts';
import { withUrl, type VariantSource } from './variant';

const otherScheme: Readonly<Record<string, string>> = { https: 'http', http: 'https' };

const schemeVariants: VariantSource = (content) => {
  const scheme = otherScheme[content.url.scheme.toLowerCase()];
  return scheme === undefined ? [] : [withUrl(content, { scheme }, { id: 'url-scheme' })];
};

const hostVariants: VariantSource = (content, { hosts, captured }) => {
  const { host } = content.url;
  const guesses = [
    captured.host,
    ...hosts,
    host.startsWith('www.') ? host.slice(4) : `www.${host}`,
    host.toLowerCase(),
  ];
  return [...new Set(guesses)]
    .filter((guess) => guess !== '' && guess !== host)
    .map((guess) => withUrl(content, { host: guess }, { id: 'url-host', about: shownPart(guess) }));
};

const portCause = (port: string): Cause => ({
  id: 'url-port',
  about: port === '' ? 'none' : shownPart(port),
});

const portVariants: VariantSource = (content, { ports, captured }) =>
  [...new Set([captured.port, ...ports, '443', '80', '8443', '8080', '3000', ''])]
    .filter((port) => port !== content.url.port)
    .map((port) => withUrl(content, { port }, portCause(port)));

const userinfoVariants: VariantSource = (content, { userinfos }) =>
  userinfos.map((userinfo) => withUrl(content, { userinfo }, { id: 'url-userinfo' }));

const fragmentVariants: VariantSource = (content, { fragments }) =>
  fragments.map((fragment) => withUrl(content, { fragment }, { id: 'url-fragment' }));

const slashVariants: VariantSource = (content) => {
  const { path } = content.url;
  return path.endsWith('/')
    ? [withUrl(content, { path: path.replace(/\/+$/, '') }, { id: 'url-trailing-slash-removed' })]
    : [withUrl(content, { path: `${path}/` }, { id: 'url-trailing-slash-added' })];
};

const stageVariants: VariantSource = (content, { stages }) => {
  const [, first = '', ...rest] = content.url.path.split('/');
  const others = stages.filter((stage) => stage !== first);
  const added = others.map((stage) =>
    withUrl(content, { path: `/${stage}${content.url.path}` }, { id: 'url-stage-added', about: shownPart(stage) }),
  );
  if (rest.length === 0) return added;
  return [
    withUrl(content, { path: `/${rest.join('/')}` }, { id: 'url-stage-missing' }),
    ...others.map((stage) =>
      withUrl(content, { path: `/${[stage, ...rest].join('/')}` }, { id: 'url-other-stage', about: shownPart(stage) }),
    ),
    ...added,
  ];
};

const routeVariants: VariantSource = (content, { route }) => {
  const { path } = content.url;
  if (!path.endsWith(`/${route}`)) return [];
  const before = path.slice(0, -route.length);
  return routeNames
    .filter((name) => name !== route)
    .map((name) => withUrl(content, { path: before + name }, { id: 'url-other-route', about: name }));
};

const upperFirst = (path: string): string =>
  path.replace(/\/([a-z])/g, (_, letter: string) => `/${letter.toUpperCase()}`);

const pathCaseVariants: VariantSource = (content, { captured }) => {
  const { path } = content.url;
  const escapes = (change: (escape: string) => string) => path.replace(/%[0-9a-f]{2}/gi, change);
  const cases = [
    path.toLowerCase(),
    upperFirst(path),
    escapes((escape) => escape.toUpperCase()),
    escapes((escape) => escape.toLowerCase()),
  ];
  const same = captured.path.toLowerCase() === path.toLowerCase() ? [captured.path] : [];
  return [...new Set([...same, ...cases])]
    .filter((guess) => guess !== path)
    .map((guess) => withUrl(content, { path: guess }, { id: 'url-path-case' }));
};

const pathCause = (from: string, to: string): CauseId => {
  if (to === `${from}/`) return 'url-trailing-slash-added';
  if (from === `${to}/`) return 'url-trailing-slash-removed';
  if (to.toLowerCase() === from.toLowerCase()) return 'url-path-case';
  return from.endsWith(to) ? 'url-stage-missing' : 'url-path';
};

/** Addresses that the capture or a proxy recorded, with every difference from the configured one. */
const seenAddressVariants: VariantSource = (content, { addresses }) => {
  const { url } = content;
  return addresses.flatMap((address) => {
    const seen = {
      scheme: address.scheme === '' ? url.scheme : address.scheme,
      host: address.host === '' ? url.host : address.host,
      port: address.host === '' ? url.port : address.port,
      path: address.path === '' ? url.path : address.path,
    };
    const causes: readonly Cause[] = [
      ...(seen.scheme === url.scheme ? [] : [{ id: 'url-scheme' } as const]),
      ...(seen.host === url.host ? [] : [{ id: 'url-host', about: shownPart(seen.host) } as const]),
      ...(seen.port === url.port ? [] : [portCause(seen.port)]),
      ...(seen.path === url.path ? [] : [{ id: pathCause(url.path, seen.path) }]),
    ];
    return causes.length === 0 ? [] : [withUrl(content, seen, ...causes)];
  });
};

/** Scheme, host, port, path, user information and fragment; the likelier first. */
export const addressVariants: readonly VariantSource[] = [
  slashVariants,
  schemeVariants,
  stageVariants,
  userinfoVariants,
  fragmentVariants,
  portVariants,
  seenAddressVariants,
  hostVariants,
  routeVariants,
  pathCaseVariants,
];
