import { splitUrl, type UrlParts } from './url-parts';

/** A captured request. */
export interface Capture {
  readonly source: 'curl' | 'http' | 'har' | 'log';
  readonly method: string;
  /** Scheme and host are empty where the capture lacks them. */
  readonly url: UrlParts;
  /** In captured order and case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** Every value of a header, whatever the case of its name. */
export const headerValues = ({ headers }: Pick<Capture, 'headers'>, name: string): readonly string[] =>
  headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);

/** A header as API Gateway passes it on: repeated ones are joined with commas. */
export const headerOf = (capture: Pick<Capture, 'headers'>, name: string): string | undefined => {
  const values = headerValues(capture, name);
  return values.length === 0 ? undefined : values.join(',');
};

/** Host and port from a header such as X-Forwarded-Host. */
export const authority = (value: string): Pick<UrlParts, 'host' | 'port'> =>
  splitUrl(`https://${value.split(',')[0]?.trim() ?? ''}`) ?? { host: '', port: '' };

/** The called host name, or undefined where the capture lacks it. */
export const hostOf = (capture: Pick<Capture, 'headers' | 'url'>): string | undefined => {
  const [named] = [':authority', 'host'].flatMap((name) => headerValues(capture, name));
  return (named === undefined ? capture.url.host : authority(named).host) || undefined;
};
