import { readAccountSecrets } from '../../../cli/target/account-secrets';
import { fetchMedia } from '../../../cli/media/fetch-media';
import type { ConsoleParts } from '../console-parts';
import { ApiProblem, notFound } from '../http/api-problem';
import { required, wholeNumber } from '../http/query';
import { read, type Route } from '../http/route';

/** Types that a browser shows and never runs. SVG is not one of them. */
const shownTypes: readonly string[] = [
  'image/gif',
  'image/jpeg',
  'image/png',
  'image/webp',
  'audio/aac',
  'audio/mp4',
  'audio/mpeg',
  'audio/ogg',
  'video/mp4',
  'video/webm',
];
const maxBytes = 25 * 1024 * 1024;
const timeoutMs = 40_000;

/** The bytes of one medium, fetched with the account's credentials. The page asks only when somebody clicks. */
export const mediaRoutes = ({ gateway }: ConsoleParts): readonly Route[] => [
  read(
    '/api/media',
    async ({ query, signal }) => {
      const account = required(query, 'account');
      const index = wholeNumber(query, 'index', { least: 0, most: 99, otherwise: 0 });
      const backend = await gateway.backend();
      const [message] = await (await backend.messages()).find(required(query, 'message'), [account]);
      const url = message?.media[index]?.url;
      if (url === undefined || url === null) throw notFound('The message has no such medium.');
      const { accounts } = await readAccountSecrets(await backend.secrets(), backend.target.secretIds);
      const credentials = accounts.find(({ accountSid }) => accountSid === account);
      if (credentials === undefined) throw notFound('The gateway has no credentials of this account.');
      const baseUrl = gateway.context.twilio.variable('TWILIO_API_BASE_URL');
      const options = { signal, maxBytes, timeoutMs: timeoutMs - 5_000, baseUrl };
      const media = await fetchMedia(url, credentials, options);
      if (media.kind === 'rejected') throw new ApiProblem(502, 'no_media', media.reason);
      return { kind: 'bytes', bytes: media.bytes, headers: mediaHeaders(media.contentType) };
    },
    { timeoutMs },
  ),
];

/** Anything that is not in the list is a file to save, of no type. */
export const mediaHeaders = (contentType: string): Readonly<Record<string, string>> =>
  shownTypes.includes(contentType)
    ? { 'content-type': contentType, 'content-disposition': 'inline' }
    : { 'content-type': 'application/octet-stream', 'content-disposition': 'attachment' };
