import { CliError } from '../../terminal/cli-error';
import { headerOf, type Capture } from './capture';
import { splitUrl } from './url-parts';

const requestLine = /^([A-Za-z]{3,20})[ \t]+(\S+)(?:[ \t]+HTTP\/[\d.]+)?$/;

export const looksLikeHttp = (head: string): boolean =>
  /^\s*[A-Z]{3,20}[ \t]+(?:\/|https?:\/\/)\S*(?:[ \t]+HTTP\/[\d.]+)?[ \t]*(?:\r?\n|$)/.test(head);

const notHttp = (what: string): CliError =>
  new CliError(
    `The raw HTTP request has ${what}. It must be a line like \`POST /dev/messages HTTP/1.1\`, the headers, an ` +
      'empty line, and the body as sent.',
    2,
  );

/** The body up to its Content-Length, because editors add a line break at the end of a file. */
const cutToLength = (body: Buffer, contentLength: string | undefined): Buffer => {
  const length = Number(contentLength);
  const isAnnounced = contentLength !== undefined && /^\d{1,9}$/.test(contentLength) && length <= body.length;
  const end = isAnnounced ? length : body.length;
  // If more than white space follows, the header belongs to another body.
  if (isAnnounced && body.subarray(end).toString('latin1').trim() === '') return body.subarray(0, end);
  return body.toString('latin1').endsWith('\n') ? body.subarray(0, body.length - (body.at(-2) === 0x0d ? 2 : 1)) : body;
};

/**
 * Reads a raw HTTP/1.1 request, with LF or CRLF.
 * @throws CliError for a malformed request line or header
 */
export const parseHttp = (input: Buffer, givenBody: Buffer | undefined): Capture => {
  // One character per byte, so that the body is found without decoding it.
  const text = input.toString('latin1');
  const start = text.search(/\S/);
  const end = /\r?\n\r?\n/.exec(text.slice(start));
  const head = end === null ? text.slice(start) : text.slice(start, start + end.index);
  const body = end === null ? Buffer.alloc(0) : input.subarray(start + end.index + end[0].length);
  const [first = '', ...lines] = head.split(/\r?\n/);
  const [, method = '', target = ''] = requestLine.exec(first.trim()) ?? [];
  const url = splitUrl(Buffer.from(target, 'latin1').toString('utf8'));
  if (method === '' || url === undefined) throw notHttp('no request line');
  const headers = lines
    .filter((line) => line.trim() !== '')
    .map((line): [string, string] => {
      const match = /^(:?[^\s:]+):[ \t]*(.*?)[ \t]*$/.exec(line);
      if (match === null) throw notHttp('a malformed line among the headers');
      return [match[1] ?? '', match[2] ?? ''];
    });
  return {
    source: 'http',
    method: method.toUpperCase(),
    url,
    headers,
    body: givenBody ?? cutToLength(body, headerOf({ headers }, 'content-length')),
  };
};
