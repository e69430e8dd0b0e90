import { curl, explain, messagesUrl, signature, smsForm, usableSecrets } from './fixture';
import { fakeSecrets, run } from '../fake-environment';

const good = signature(messagesUrl, smsForm);

describe('explain', () => {
  const input = curl({ signature: good });

  it('needs only the local gateway and standard input', async () => {
    const result = await run(['explain'], { secrets: usableSecrets, inputs: { '-': input } });
    expect(result).toMatchObject({ exitCode: 0, openedStages: [undefined], posts: [] });
    expect(result.data).toContain('Genuine');
  });

  it('reads URL and tokens of a deployed stage', async () => {
    const result = await run(['explain', 'request', '--stage', 'prod'], {
      secrets: usableSecrets,
      inputs: { request: curl({ signature: signature(`${messagesUrl}/`, smsForm) }) },
    });
    expect(result).toMatchObject({ exitCode: 1, openedStages: ['prod'] });
    expect(result.data).toContain('Cause: the signed URL has a trailing slash (url-trailing-slash-added)');
    expect(result.data).toContain(`Fix: Set the webhook URL in Twilio to exactly ${messagesUrl}`);
    expect(result.data).toMatch(/Compared \d+ signatures with 1 token, offline\./);
  });

  it('opens nothing with --url and --token-prompt', async () => {
    const result = await run(['explain', 'request', '--url', messagesUrl, '--token-prompt'], {
      inputs: { request: curl({ signature: signature(messagesUrl, smsForm, 'entered-dummy-token') }) },
      hidden: 'entered-dummy-token',
    });
    expect(result).toMatchObject({ exitCode: 0, openedStages: [] });
  });

  it('prefers --route to the route in the path', async () => {
    const url = 'https://public.example/dev/status';
    const { report } = await explain(curl({ signature: signature(url, smsForm) }), ['--route', 'status']);
    expect(report.request.route).toBe('status');
    expect(report.notes.map(({ id }) => id)).toEqual(['unrecognized']);
  });

  it.each<[string, readonly string[], RegExp]>([
    ['a malformed --url', ['request', '--url', 'hooks.example/x'], /whole URL/],
    ['a request and a log', ['request', '--log', 'log'], /not both/],
    ['--token-prompt with a request on standard input', ['--token-prompt', '--url', messagesUrl], /standard input/],
    ['an unknown route', ['request', '--route', 'nope'], /Allowed choices/],
    ['an entry of a single request', ['request', '--entry', '1'], /HAR/],
  ])('rejects %s, with exit code 2', async (_title, args, words) => {
    const result = await run(['explain', ...args], { inputs: { request: input, '-': input }, hidden: 'x' });
    expect(result).toMatchObject({ exitCode: 2, data: '', openedStages: [] });
    expect(result.notes).toMatch(words);
  });

  it('rejects an entered token of several words', async () => {
    const result = await run(['explain', 'request', '--url', messagesUrl, '--token-prompt'], {
      inputs: { request: input },
      hidden: 'two words',
    });
    expect(result).toMatchObject({ exitCode: 2, data: '' });
    expect(result.notes).not.toContain('two words');
  });

  it.each([
    ['text', 'hello there'],
    ['nothing', ''],
    ['another JSON', '{"a":1}'],
    ['a JSON log without entries', '{"log":{}}'],
    ['a damaged HAR', '{"log":{"entries":['],
    ['bytes', Buffer.from([0, 255, 1, 2])],
  ])('rejects an input that is %s, with exit code 2 and a line that says what is allowed', async (_title, request) => {
    const result = await run(['explain', 'request'], { inputs: { request }, secrets: fakeSecrets({}) });
    expect(result).toMatchObject({ exitCode: 2, data: '', openedStages: [] });
    expect(result.notes).toMatch(/curl command.*raw HTTP.*HAR/);
  });
});
