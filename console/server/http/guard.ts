import type { IncomingHttpHeaders } from 'node:http';

/** Why a request is refused by its headers, before its path is read. */
export interface Refusal {
  readonly reason: 'foreign_host' | 'foreign_origin' | 'cross_site';
  readonly message: string;
}

const hostNames = ['127.0.0.1', 'localhost'];

/** A website whose name resolves to 127.0.0.1 (DNS rebinding) sends its own name as Host. */
const isOwnHost = (host: string | undefined, port: number): boolean =>
  hostNames.some((name) => host === `${name}:${port}`);

/** Browsers send it with every request that is not a plain GET of the same page. */
const isOwnOrigin = (origin: string | undefined, host: string | undefined): boolean =>
  origin === undefined || origin === `http://${host ?? ''}`;

/** `none`: the address was typed, or opened by another program. A page of another port is `same-site`. */
const isOwnSite = (site: string | string[] | undefined): boolean =>
  site === undefined || site === 'same-origin' || site === 'none';

/**
 * Refuses requests of other pages in the same browser. Checked for the page itself as well as for the API.
 * @returns undefined for a request of the console's own page
 */
export const refusalOf = (headers: IncomingHttpHeaders, port: number): Refusal | undefined => {
  if (!isOwnHost(headers.host, port)) {
    return {
      reason: 'foreign_host',
      message: `The console answers at http://127.0.0.1:${port} and http://localhost:${port} only.`,
    };
  }
  if (!isOwnOrigin(headers.origin, headers.host)) {
    return { reason: 'foreign_origin', message: 'Only the page of the console may call it.' };
  }
  if (!isOwnSite(headers['sec-fetch-site'])) {
    return { reason: 'cross_site', message: 'Open the console by its address, not by a link of another page.' };
  }
  return undefined;
};
