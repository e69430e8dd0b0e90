import { UserError } from './user-error';

/**
 * The origin of a public address (a tunnel) that forwards to the gateway. A path may only be the stage, which the webhook
 * URLs have anyway.
 * @throws UserError saying what is allowed
 */
export const publicOrigin = (text: string, stage: string): string => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain =
    url !== undefined &&
    ['http:', 'https:'].includes(url.protocol) &&
    url.username === '' &&
    url.password === '' &&
    url.search === '' &&
    url.hash === '' &&
    ['', '/', `/${stage}`, `/${stage}/`].includes(url.pathname);
  if (!plain) {
    throw new UserError(
      `--public-url must be like https://gateway.example.com (scheme, host, perhaps a port, no other path than /${stage}).`,
    );
  }
  return url.origin;
};
