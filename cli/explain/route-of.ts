import { parseForm } from '../../lambda/shared/form';
import { routeNames, type RouteName } from '../../lambda/shared/routes';
import type { Capture } from './capture';

/** The route that a path ends with, whatever its case and trailing slash. */
export const routeOfPath = (path: string): RouteName | undefined => {
  const last = path.replace(/\/+$/, '').split('/').at(-1)?.toLowerCase();
  return routeNames.find((name) => name === last);
};

/** The route that a request was meant for: by its path, else by the parameters that only one kind of webhook has. */
export const routeOfCapture = ({ url, body }: Pick<Capture, 'url' | 'body'>): RouteName => {
  const byPath = routeOfPath(url.path);
  if (byPath !== undefined) return byPath;
  const params = parseForm(body.length > 0 ? body : (url.query ?? ''));
  if ('UsageTriggerSid' in params) return 'usage';
  if ('MessageStatus' in params) return 'status';
  return 'MessageSid' in params && 'Body' in params ? 'messages' : 'events';
};
