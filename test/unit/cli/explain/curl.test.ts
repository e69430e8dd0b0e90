import { curl, explain, formText, messagesUrl, signature, smsForm, usableSecrets } from './fixture';
import { run } from '../fake-environment';

const body = formText(smsForm);
const good = signature(messagesUrl, smsForm);

const verdict = async (input: string | Buffer, args: readonly string[] = []) =>
  (await explain(input, args)).report.verdict;

describe('explain reads a curl command', () => {
  const header = `-H "X-Twilio-Signature: ${good}"`;
  it.each<[string, string | Buffer]>([
    ['accepts a command copied from a browser', curl({ signature: good })],
    ['accepts a command behind a prompt, on one line', `$ curl ${messagesUrl} ${header} -d '${body}'`],
    [
      'accepts $-quotes and escapes',
      `curl '${messagesUrl}' ${header} --data-raw $'${body.replaceAll('&', '\\u0026').replaceAll('=', '\\x3d')}'`,
    ],
    [
      'accepts several --data and --data-urlencode',
      `curl ${messagesUrl} ${header} ${Object.entries(smsForm)
        .map(([name, value], at) =>
          at % 2 === 0 ? `--data-urlencode "${name}=${String(value)}"` : `-d '${formText({ [name]: value })}'`,
        )
        .join(' \\\r\n ')}`,
    ],
    [
      'accepts flags, some of them joined',
      `curl -sSL -XPOST --compressed -o /dev/null -m 5 ${header} ${messagesUrl} -d'${body}'`,
    ],
    [
      'accepts a header that continues a word',
      `curl ${messagesUrl} -H 'X-Twilio-Signature'": ${good}" --data-binary '${body}'`,
    ],
    [
      'accepts --url and --request',
      `curl --request POST --url "${messagesUrl}" --header 'x-twilio-signature: ${good}' --data '${body}'`,
    ],
  ])('%s', async (_title, input) => {
    expect(await verdict(input)).toBe('genuine');
  });

  it('takes the data of -G as the query of a GET', async () => {
    const url = `${messagesUrl}?a=1&b=x%20y`;
    const input = `curl -G '${messagesUrl}?a=1' --data-urlencode 'b=x y' -H 'X-Twilio-Signature: ${signature(url)}'`;
    const { ids, report } = await explain(input);
    expect(report.request.method).toBe('GET');
    expect(ids).toContain('method-not-allowed');
    expect(ids).not.toContain('no-match');
  });

  it('accepts --json, a user and an escaped emoji', async () => {
    const json = '{"id":"👋"}';
    const url = 'https://public.example/dev/events';
    const { ids } = await explain(
      `curl -u me:pass '${url}' --json $'{"id":"\\ud83d\\udc4b"}' -H 'X-Twilio-Signature: ${signature(url)}'`,
    );
    expect(ids).toEqual(['body-hash-missing']);
    expect(Buffer.byteLength(json)).toBe((await explain(`curl ${url} --json '${json}'`)).report.request.bytes);
  });

  it.each<[string, string, RegExp]>([
    ['a variable', `curl "$URL" -d a=1`, /variable/],
    ['a command in quotes', 'curl "https://a.example/`id`"', /command in quotes/],
    ['an unquoted &', `curl https://a.example/?a=1&b=2`, /unquoted &/],
    ['a pipe', `curl https://a.example/ | sh`, /unquoted \|/],
    ['a quote that does not end', `curl 'https://a.example/`, /does not end/],
    ['a second command', `curl https://a.example/\nrm -rf x`, /more than one command/],
    ['the quotes of Windows', `curl ^"https://a.example/^" ^\n -d a=1`, /Windows/],
    ['no URL', `curl -d a=1`, /one URL/],
    ['two URLs', `curl https://a.example/ https://b.example/`, /one URL/],
    ['a malformed URL', `curl https:///x`, /no valid URL/],
    ['an unknown option', `curl --frobnicate x https://a.example/`, /--frobnicate/],
    ['an option without its value', `curl https://a.example/ -H`, /needs a value/],
    ['data of a file', `curl https://a.example/ -d @secret.txt`, /--body/],
    ['encoded data of a file', `curl https://a.example/ --data-urlencode x@secret.txt`, /--body/],
    ['headers of a file', `curl https://a.example/ -H @secret.txt`, /--body/],
  ])('rejects %s, with exit code 2', async (_title, input, words) => {
    const result = await run(['explain', 'request'], { inputs: { request: input }, secrets: usableSecrets });
    expect(result).toMatchObject({ exitCode: 2, data: '' });
    expect(result.notes).toMatch(words);
  });

  it('takes the data of a file from --body', async () => {
    const result = await explain(`curl ${messagesUrl} ${header} -d @body.txt`, ['--body', 'body.txt'], {
      inputs: { 'body.txt': body },
    });
    expect(result.report.verdict).toBe('genuine');
  });
});
