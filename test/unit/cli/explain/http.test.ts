import { explain, formText, messagesUrl, signature, smsForm, usableSecrets } from './fixture';
import { run } from '../fake-environment';

const body = formText(smsForm);
const good = signature(messagesUrl, smsForm);

const http = (lines: readonly string[], content = body, lineBreak = '\r\n') => [...lines, '', content].join(lineBreak);
const httpHead = [
  'POST /dev/messages HTTP/1.1',
  'Host: public.example',
  'content-type: application/x-www-form-urlencoded; charset=UTF-8',
  `x-twilio-signature: ${good}`,
];

const entry = (changes: object = {}, signed = true) => ({
  request: {
    method: 'POST',
    url: messagesUrl,
    headers: [
      { name: 'Content-Type', value: 'application/x-www-form-urlencoded' },
      ...(signed ? [{ name: 'X-Twilio-Signature', value: good }] : []),
    ],
    postData: { mimeType: 'application/x-www-form-urlencoded', text: body },
    ...changes,
  },
});
const har = (...entries: readonly object[]) => JSON.stringify({ log: { version: '1.2', entries } });

const verdict = async (input: string | Buffer, args: readonly string[] = []) =>
  (await explain(input, args)).report.verdict;

describe('explain reads a raw HTTP request', () => {
  it.each<[string, string]>([
    ['accepts CR LF', http(httpHead)],
    ['accepts LF', http(httpHead, body, '\n')],
    ['accepts a line break at the end of the file', `${http(httpHead, body, '\n')}\n`],
    ['accepts a length and more line breaks', `${http([...httpHead, `Content-Length: ${body.length}`])}\r\n\r\n`],
    ['accepts an absolute URL', http([`POST ${messagesUrl} HTTP/1.1`, ...httpHead.slice(1)])],
    [
      'accepts HTTP/2, behind empty lines',
      `\n\n${http(['POST /dev/messages HTTP/2', ':authority: public.example', ...httpHead.slice(2)])}`,
    ],
    ['accepts a byte order mark', `\ufeff${http(httpHead)}`],
  ])('%s', async (_title, input) => {
    expect(await verdict(input)).toBe('genuine');
  });

  it('keeps every byte of a body that is not UTF-8', async () => {
    const form = Buffer.concat([Buffer.from(`${body}&x=`), Buffer.from([0xff, 0xfe])]);
    const input = Buffer.concat([Buffer.from(http(httpHead, '')), form]);
    expect((await explain(input)).report.request.bytes).toBe(form.length);
  });

  it('uses the scheme and host that a proxy recorded', async () => {
    const url = 'http://tunnel.example:8081/dev/messages';
    const head = httpHead.map((line) => line.replace(good, signature(url, smsForm)));
    const { ids } = await explain(http([...head, 'X-Forwarded-Proto: http', 'X-Forwarded-Host: tunnel.example:8081']));
    expect(ids).toContain('url-host');
    expect(ids).toContain('url-scheme');
  });

  it('rejects a malformed line among the headers', async () => {
    const result = await run(['explain', 'request'], {
      inputs: { request: http([...httpHead, 'not a header']) },
      secrets: usableSecrets,
    });
    expect(result).toMatchObject({ exitCode: 2, data: '' });
    expect(result.notes).toContain('headers');
  });
});

describe('explain reads a HAR file', () => {
  it.each<[string, string, readonly string[]]>([
    ['with one request', har(entry()), []],
    ['with one signed request among several', har(entry({}, false), entry(), entry({}, false)), []],
    ['whose request is chosen', har(entry({ url: 'https://other.example/' }), entry()), ['--entry', '1']],
    [
      'that has the parameters only',
      har(
        entry({
          postData: {
            mimeType: 'application/x-www-form-urlencoded',
            params: Object.entries(smsForm).map(([name, value]) => ({ name, value })),
          },
        }),
      ),
      [],
    ],
    [
      'reads the parameters if the text next to them is empty',
      har(
        entry({
          postData: {
            mimeType: 'application/x-www-form-urlencoded',
            text: '',
            params: Object.entries(smsForm).map(([name, value]) => ({ name, value })),
          },
        }),
      ),
      [],
    ],
    [
      'accepts a body in base64',
      har(entry({ postData: { text: Buffer.from(body).toString('base64'), encoding: 'base64' } })),
      [],
    ],
  ])('%s', async (_title, input, args) => {
    expect(await verdict(input, args)).toBe('genuine');
  });

  it.each<[string, string, readonly string[], RegExp]>([
    ['several signed requests, and lists their numbers', har(entry({}, false), entry(), entry()), [], /--entry: 1, 2/],
    ['several unsigned requests', har(entry({}, false), entry({}, false)), [], /none with X-Twilio-Signature/],
    ['an entry that is not there', har(entry()), ['--entry', '1'], /no entry 1/],
    ['an empty one', har(), [], /no entries/],
    ['an entry without URL', har(entry({ url: 'x y' })), [], /no method/],
  ])('rejects %s, with exit code 2', async (_title, input, args, words) => {
    const result = await run(['explain', 'request', ...args], {
      inputs: { request: input },
      secrets: usableSecrets,
    });
    expect(result).toMatchObject({ exitCode: 2, data: '' });
    expect(result.notes).toMatch(words);
  });
});
