import { isIP } from 'node:net';
import type { BasicCredential } from '../../lambda/shared/credentials/basic-auth-secret';
import type { RouteName } from '../../lambda/shared/contract/routes';
import type { OtherStage } from '../clients/ports';

/** Why Twilio must not get a URL. `forceable`: `--force` allows it. */
interface UrlProblem {
  readonly reason: string;
  readonly forceable: boolean;
}

const problem = (reason: string, forceable = false): UrlProblem => ({ reason, forceable });

/** Checks that apply to every URL that Twilio requests. */
export const publicUrlProblem = (text: string): UrlProblem | undefined => {
  if (!URL.canParse(text)) return problem('it is not an absolute URL');
  const { protocol, username, password, hostname } = new URL(text);
  if (protocol !== 'https:') return problem(`it begins with ${protocol}//; Twilio must reach it by https://`);
  if (username !== '' || password !== '')
    return problem('it contains a user name or password, which must not be in a checked-in file');
  // The parser normalizes other notations of addresses (hexadecimal, a single number).
  if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0)
    return problem('its host is an IP address, but certificates are for names');
  if (!hostname.includes('.') || hostname.endsWith('.localhost')) return problem('its host is not a public name');
  // https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
  if (hostname.includes('_')) return problem('its host has an underscore, which Twilio refuses in a status callback');
  return undefined;
};

/** Of `https://host/dev/messages`: everything before the last two segments, the stage, the route. */
const pathParts = (url: URL) => {
  const [, before = '', stage = '', route = ''] = /^(.*?)(?:\/([^/]*))?\/([^/]*)$/.exec(url.pathname) ?? [];
  return { before, stage, route };
};

/**
 * Compares a URL with the one that the gateway verifies: Twilio signs the URL it is given, so everything except the
 * query must be the same.
 * @param signedUrl of the route at this stage, without a query
 */
export const webhookUrlProblem = (text: string, route: RouteName, signedUrl: string): UrlProblem | undefined => {
  const basic = publicUrlProblem(text);
  if (basic !== undefined) return basic;
  if (text.includes('#')) return problem('it has a # part: set connectionOverrides instead');
  const [url, own] = [new URL(text), new URL(signedUrl)];
  const [got, right] = [pathParts(url), pathParts(own)];
  if (got.route !== route) {
    const slash = url.pathname.endsWith('/') ? ' and no slash at the end' : '';
    return problem(`its path must end in /${route}${slash}, or every request is rejected`);
  }
  if (url.host !== own.host) return problem(`its host is not this gateway's (${own.host})`, true);
  if (right.stage !== '' && got.stage !== right.stage && got.before === right.before) {
    return problem(`it is a URL of another stage than /${right.stage}`, true);
  }
  if (url.pathname !== own.pathname) return problem(`its path must be ${own.pathname}`);
  // The parser normalizes capitals in the host, `:443`, escaped letters and `.` in the path; Twilio does not.
  return (text.split('?')[0] ?? '') === signedUrl
    ? undefined
    : problem(`it must be written as ${signedUrl}, byte for byte: Twilio signs it as it is`);
};

/** Twilio answers a Basic challenge with the credentials in the URL, and signs the URL without them. */
export const withCredentials = (url: string, credential: BasicCredential | undefined): string => {
  if (credential === undefined) return url;
  const { username, password } = credential;
  return url.replace('://', `://${encodeURIComponent(username)}:${encodeURIComponent(password)}@`);
};

export const withOverrides = (url: string, overrides: string): string =>
  overrides === '' ? url : `${url}#${overrides}`;

/** Hides the user name and password of a URL. */
export const redactUrl = (url: string): string => url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1***@');

/** Redacts two URLs, and says so if they differ only in what is hidden. */
export const redactUrlPair = (from: string, to: string): readonly [string, string] => {
  const [shownFrom, shownTo] = [redactUrl(from), redactUrl(to)];
  return from !== to && shownFrom === shownTo
    ? [shownFrom, `${shownTo} (another user name or password)`]
    : [shownFrom, shownTo];
};

/** Whether two URLs are the same without their query and overrides. */
export const isSameEndpoint = (one: string, other: string): boolean => {
  if (!URL.canParse(one) || !URL.canParse(other)) return false;
  const [a, b] = [new URL(one), new URL(other)];
  return a.protocol === b.protocol && a.host === b.host && a.pathname === b.pathname;
};

/**
 * The other stage that a webhook URL belongs to: by the base URL of a known stage, by the path on our own host, or by
 * an API Gateway host with the name of a known stage in the path.
 */
export const otherStageOf = (
  text: string,
  ownUrls: readonly string[],
  others: readonly OtherStage[],
): string | undefined => {
  if (text === '' || !URL.canParse(text) || ownUrls.some((own) => isSameEndpoint(text, own))) return undefined;
  const url = new URL(text);
  const at = `${url.host}${url.pathname}/`;
  const known = others.find(({ baseUrl }) => {
    if (baseUrl === undefined || !URL.canParse(baseUrl)) return false;
    const base = new URL(baseUrl);
    return at.startsWith(`${base.host}${base.pathname.replace(/\/$/, '')}/`);
  });
  if (known !== undefined) return known.name;
  const { before, stage } = pathParts(url);
  const isSibling = ownUrls.some((own) => {
    const ours = new URL(own);
    const right = pathParts(ours);
    return (
      ours.host === url.host && right.stage !== '' && right.before === before && ![right.stage, ''].includes(stage)
    );
  });
  if (isSibling) return stage;
  const isApi = /\.execute-api\./i.test(url.host) && before === '';
  return isApi ? others.find(({ name }) => name === stage)?.name : undefined;
};
