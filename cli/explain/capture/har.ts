import { CliError } from '../../terminal/cli-error';
import type { Capture } from './capture';
import { objectIn, objectsIn, textIn, type JsonObject } from '../../json-fields';
import { splitUrl } from './url-parts';

const pairs = (objects: readonly JsonObject[]): readonly (readonly [string, string])[] =>
  objects.flatMap((object): readonly (readonly [string, string])[] => {
    const name = textIn(object, 'name');
    return name === undefined ? [] : [[name, textIn(object, 'value') ?? '']];
  });

const isSigned = (request: JsonObject): boolean =>
  pairs(objectsIn(request, 'headers')).some(([name]) => name.toLowerCase() === 'x-twilio-signature');

/** The numbered request, else the only signed one, else the only one. */
const chooseRequest = (har: JsonObject, entry: number | undefined): JsonObject => {
  const requests = objectsIn(objectIn(har, 'log'), 'entries').map((entry) => objectIn(entry, 'request'));
  if (entry !== undefined) {
    const chosen = requests[entry];
    if (chosen !== undefined) return chosen;
    throw new CliError(`The HAR file has no entry ${entry}: it has ${requests.length}, counted from 0.`, 2);
  }
  const signed = requests.filter(isSigned);
  const candidates = signed.length === 0 ? requests : signed;
  const [only] = candidates;
  if (only !== undefined && candidates.length === 1) return only;
  const numbers = requests.flatMap((request, at) => (candidates.includes(request) ? [at] : []));
  throw new CliError(
    requests.length === 0
      ? 'The HAR file has no entries.'
      : `The HAR file has several requests${signed.length === 0 ? ', none' : ''} with X-Twilio-Signature. ` +
          `Choose one with --entry: ${numbers.slice(0, 20).join(', ')}${numbers.length > 20 ? ', …' : ''}.`,
    2,
  );
};

/** The text of the body, or its parameters where the tool recorded only those. */
const bodyOf = (request: JsonObject): Buffer => {
  const posted = objectIn(request, 'postData');
  const text = textIn(posted, 'text');
  const encoding = textIn(posted, 'encoding') ?? textIn(posted, '_encoding');
  const params = pairs(objectsIn(posted, 'params'));
  // Some tools write an empty text next to the parameters.
  if (text !== undefined && (text !== '' || params.length === 0))
    return Buffer.from(text, encoding === 'base64' ? 'base64' : 'utf8');
  const form = new URLSearchParams(params.map(([name, value]): [string, string] => [name, value]));
  return Buffer.from(form.toString());
};

/**
 * Reads one request of an HTTP archive.
 * @param entry which of `log.entries`, counted from 0; undefined takes the only signed one
 * @throws CliError for a missing entry, method or URL
 * @see http://www.softwareishard.com/blog/har-12-spec/
 */
export const parseHar = (har: JsonObject, entry: number | undefined, givenBody: Buffer | undefined): Capture => {
  const request = chooseRequest(har, entry);
  const url = splitUrl(textIn(request, 'url') ?? '');
  const method = textIn(request, 'method') ?? '';
  if (url === undefined || url.host === '' || method === '') {
    throw new CliError('The entry of the HAR file has no method, or no absolute URL.', 2);
  }
  const headers = pairs(objectsIn(request, 'headers'));
  const mimeType = textIn(objectIn(request, 'postData'), 'mimeType') ?? '';
  const hasType = headers.some(([name]) => name.toLowerCase() === 'content-type');
  return {
    source: 'har',
    method: method.toUpperCase(),
    url,
    headers: hasType || mimeType === '' ? headers : [...headers, ['content-type', mimeType]],
    body: givenBody ?? bodyOf(request),
  };
};
