import type { Command } from 'commander';
import { resolve } from 'node:path';
import type { CommandContext } from '../context';
import type { Backend } from '../clients/ports';
import type { MessageDetails } from '../clients/dynamodb/message-view';
import { isMessageSid } from '../../lambda/shared/payload/sid';
import { readAccountSecrets } from '../target/account-secrets';
import { accountsText, storedAccounts } from '../target/stored-accounts';
import { CliError } from '../terminal/cli-error';
import { accountSidArgument, jsonOption } from '../terminal/options';
import { jsonText } from '../terminal/terminal-text';
import { cli, propsPlace } from '../terminal/program-name';
import { extensionOf } from './content-types';
import { fetchMedia, type MediaCredentials } from './fetch-media';
import { createMediaBucket } from './media-bucket';
import { createMediaFolder, type MediaStore } from './media-folder';

interface FetchOptions {
  readonly dir: string;
  readonly bucket?: true;
  readonly account?: string;
  readonly json?: true;
}

/** The result for one medium. */
interface FetchedView {
  readonly index: number;
  readonly state: 'fetched' | 'exists' | 'failed';
  /** The path or the S3 URI. */
  readonly place: string | null;
  readonly contentType: string | null;
  readonly bytes: number | null;
  /** Why it was not fetched. */
  readonly reason: string | null;
}

const findMessage = async (sid: string, backend: Backend, options: FetchOptions, context: CommandContext) => {
  const accounts = await storedAccounts(backend, options.account, context);
  const [message, ...others] = await (await backend.messages()).find(sid, accounts);
  if (message === undefined) {
    throw new CliError(`No message with this SID of ${accountsText(accounts)} is stored at ${backend.target.name}.`);
  }
  if (others.length > 0) throw new CliError('Several accounts have this SID: name one of them with --account.');
  return message;
};

const credentialsOf = async (backend: Backend, accountSid: string | null): Promise<MediaCredentials> => {
  const { accounts } = await readAccountSecrets(await backend.secrets(), backend.target.secretIds);
  const found = accounts.find((account) => account.accountSid === accountSid);
  if (found !== undefined) return found;
  throw new CliError(
    `No secret of ${backend.target.name} has the credentials of the message's account: see \`${cli} secret status\`.`,
  );
};

const openStore = (
  { target, s3Put }: Backend,
  { accountSid }: MessageDetails,
  { dir, bucket }: FetchOptions,
  context: CommandContext,
): MediaStore => {
  if (bucket !== true) return createMediaFolder(resolve(context.workingDirectory(), dir));
  if (target.mediaBucket !== undefined && s3Put !== undefined) {
    return createMediaBucket(target.mediaBucket, `media/${accountSid ?? ''}/`, s3Put);
  }
  throw new CliError(
    `There is no bucket for media at ${target.name}. Give its stage \`mediaBucket\` in ${propsPlace} and deploy, or ` +
      'pass --dir.',
  );
};

const failed = (index: number, reason: string): FetchedView => ({
  ...{ index, state: 'failed', place: null, contentType: null, bytes: null, reason },
});

const fetchOne = async (
  index: number,
  { name, url }: { readonly name: string; readonly url: string | null },
  store: MediaStore,
  credentials: MediaCredentials,
  { signal, twilio }: CommandContext,
): Promise<FetchedView> => {
  const earlier = await store.find(name);
  if (earlier !== undefined) {
    return { index, state: 'exists', place: earlier, contentType: null, bytes: null, reason: null };
  }
  const media = await fetchMedia(url ?? '', credentials, { signal, baseUrl: twilio.variable('TWILIO_API_BASE_URL') });
  if (media.kind === 'rejected') return failed(index, media.reason);
  const { bytes, contentType } = media;
  const { place, existed } = await store.write(name, { bytes, contentType, extension: extensionOf(contentType) });
  return { index, state: existed ? 'exists' : 'fetched', place, contentType, bytes: bytes.length, reason: null };
};

const lineOf = ({ index, state, place, contentType, bytes, reason }: FetchedView): string => {
  if (state === 'failed') return `Medium ${index} was not fetched. ${reason ?? ''}`;
  if (state === 'exists') return `${place ?? ''} exists and was not changed`;
  return `${place ?? ''}  ${contentType ?? ''}  ${bytes ?? 0} bytes`;
};

const fetchAll = async (sid: string, options: FetchOptions, context: CommandContext): Promise<void> => {
  const { output } = context;
  if (!isMessageSid(sid)) throw new CliError('A MessageSid is SM or MM and 32 hexadecimal digits.', 2);
  const backend = await context.openBackend();
  const message = await findMessage(sid, backend, options, context);
  const store = openStore(backend, message, options, context);
  const credentials = message.media.length === 0 ? undefined : await credentialsOf(backend, message.accountSid);
  const results: FetchedView[] = [];
  for (const [index, { url }] of message.media.entries()) {
    if (credentials === undefined) break;
    const result = await fetchOne(index, { name: `${sid}-${index}`, url }, store, credentials, context);
    results.push(result);
    if (options.json === true) continue;
    if (result.state === 'failed') output.note(lineOf(result));
    else output.data(lineOf(result));
  }
  if (options.json === true) output.data(jsonText(results));
  else if (results.length === 0) output.note('The message has no media.');
  if (results.some(({ state }) => state === 'failed')) context.exitWithFailure();
};

const help = `
Fetches the pictures and other files of a message from Twilio, with the Auth Token in the account's secret. The
credentials are sent to Twilio's own hosts only; redirects are followed only to the hosts where Twilio keeps files.

The files are SID-0.jpg, SID-1.pdf and so on; the extension comes from the content type. A file that exists is never
changed. With --bucket they go to the stage's bucket, as media/AccountSid/SID-0.jpg. A file has at most 100 MB.

What a stranger has sent can be harmful: open it with care.

Exit status: 0 if all media were fetched or exist, 1 if not.

Examples:
  $ ${cli} media fetch MM0123456789abcdef0123456789abcdef --dir ./media
  $ ${cli} media fetch MM0123456789abcdef0123456789abcdef --bucket --stage prod --json
`;

export const registerMedia = (media: Command, context: CommandContext): void => {
  media
    .command('fetch')
    .description('fetch the media of a message from Twilio')
    .argument('<sid>', 'its MessageSid')
    .option('--dir <folder>', 'into this folder', '.')
    .option('--bucket', "into the stage's bucket")
    .option('--account <AccountSid>', 'of this account', accountSidArgument)
    .addOption(jsonOption())
    .addHelpText('after', help)
    .action((sid: string, options: FetchOptions) => fetchAll(sid, options, context));
};
