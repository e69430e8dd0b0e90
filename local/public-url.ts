import { UserError } from './user-error';

/**
 * The origin of a public URL (a tunnel) that forwards to the gateway. Its path may be empty or the stage, which the
 * webhook URLs contain anyway.
 * @param stage where it is not known yet, any name is taken
 * @throws UserError for any other URL
 */
export const publicOrigin = (text: string, stage = '<stage>'): string => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain =
    url !== undefined &&
    ['http:', 'https:'].includes(url.protocol) &&
    url.username === '' &&
    url.password === '' &&
    url.search === '' &&
    url.hash === '' &&
    (stage === '<stage>'
      ? /^\/?[^/]*\/?$/.test(url.pathname)
      : ['', '/', `/${stage}`, `/${stage}/`].includes(url.pathname));
  if (!plain) {
    throw new UserError(
      `--public-url must be like https://gateway.example.com: scheme, host, optional port, no path but /${stage}.`,
    );
  }
  return url.origin;
};
