import { parseForm, type Params } from '../../../lambda/shared/payload/form';
import { routeNames, type RouteName } from '../../../lambda/shared/contract/routes';
import type { Capture } from './capture';

/** The route that a path ends with, in any case, with or without a trailing slash. */
export const routeOfPath = (path: string): RouteName | undefined => {
  const last = path.replace(/\/+$/, '').split('/').at(-1)?.toLowerCase();
  return routeNames.find((name) => name === last);
};

/** Infers the route from a parameter that only one kind of webhook has. */
export const routeOfParams = (params: Params): RouteName => {
  if ('UsageTriggerSid' in params) return 'usage';
  if ('MessageStatus' in params) return 'status';
  return 'MessageSid' in params ? 'messages' : 'events';
};

/** The intended route of a request: from its path, else from its parameters. */
export const routeOfCapture = ({ url, body }: Pick<Capture, 'url' | 'body'>): RouteName =>
  routeOfPath(url.path) ?? routeOfParams(parseForm(body.length > 0 ? body : (url.query ?? '')));
