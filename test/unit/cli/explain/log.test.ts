import type { Report } from '../../../../cli/explain/report';
import { formText, messagesUrl, signature, smsForm, usableSecrets } from './fixture';
import { run } from '../fake-environment';

const body = formText(smsForm);
const good = signature(messagesUrl, smsForm);

describe('explain reads a log line of ingress', () => {
  const line = (fields: object) =>
    JSON.stringify({
      level: 'WARN',
      route: 'messages',
      method: 'POST',
      bytes: Buffer.byteLength(body),
      status: 403,
      reason: 'signature_mismatch',
      account: '111111',
      ...fields,
    });
  const log = (fields: object, args: readonly string[] = [], content: string | Buffer = body) =>
    run(['explain', '--json', '--log', 'log', ...args], {
      secrets: usableSecrets,
      inputs: { log: `2026-01-31T10:00:00 stream ${line(fields)}\n`, body: content },
    });
  const reportOf = ({ data }: { readonly data: string }) => JSON.parse(data) as Report;

  it('finds a request genuine if body and signature are given', async () => {
    const result = await log({}, ['--body', 'body', '--signature', good, '--query', '']);
    expect(reportOf(result)).toMatchObject({ verdict: 'genuine', missing: [], request: { source: 'log' } });
    expect(result.exitCode).toBe(0);
  });

  it('finds the near miss if body and signature are given', async () => {
    const result = await log({}, ['--body', 'body', '--signature', signature(`${messagesUrl}/`, smsForm)]);
    const report = reportOf(result);
    expect(report.causes.map(({ id }) => id)).toEqual(['url-trailing-slash-added']);
    expect(report.notes.map(({ id }) => id)).toEqual(['query-assumed-empty']);
    expect(report.missing.join()).toContain('--query');
    expect(result.exitCode).toBe(1);
  });

  it('takes the query, which is not in the line, from --query', async () => {
    const url = `${messagesUrl}?order=17`;
    const result = await log({}, ['--body', 'body', '--signature', signature(url, smsForm), '--query', '?order=17']);
    expect(reportOf(result).verdict).toBe('genuine');
  });

  it('explains the reason of a line alone, and names the missing inputs', async () => {
    const result = await log({});
    const report = reportOf(result);
    expect(report).toMatchObject({
      verdict: 'incomplete',
      gatewayAnswer: { status: 403, reason: 'signature_mismatch' },
    });
    expect(report.missing.join()).toMatch(/--signature.*--body.*--query/);
    expect(result.exitCode).toBe(1);
  });

  it.each([
    ['signature_missing', undefined, 'signature-missing', /takes the header|took the header/],
    ['unsupported_media_type', 'Content-Type is missing', 'unsupported-media-type', /Content-Type is missing/],
    ['basic_challenge', undefined, 'basic-challenge', /user and password/],
    ['credentials_unavailable', undefined, 'credentials_unavailable', /gateway itself/],
    ['constructor', undefined, 'constructor', /gateway itself/],
    ['account_mismatch', 'AccountSid is not of a configured account', 'account-unknown', /…111111/],
    ['credentials_placeholder', 'run npx gateway secret set --stage dev', 'secret-unusable', /secret set/],
    ['body_hash_mismatch', undefined, 'body-hash-mismatch', /bodySHA256/],
    ['enqueue_failed', undefined, 'enqueue_failed', /gateway itself/],
    ['accepted', undefined, 'accepted', /on the queue/],
  ])('explains a line alone: %s', async (reason, detail, id, words) => {
    const [finding] = reportOf(await log({ reason, detail })).causes;
    expect(finding?.id).toBe(id);
    expect(`${finding?.explanation} ${finding?.fix}`).toMatch(words);
  });

  it('explains from a line alone why an accepted webhook was not recognized', async () => {
    const report = reportOf(await log({ reason: 'accepted', detail: 'unrecognized: message_sid_missing' }));
    expect(report.notes.map(({ id }) => id)).toEqual(['unrecognized']);
    expect(report.notes[0]?.explanation).toContain('MessageSid is missing');
  });

  it('notes that the body does not belong to the line', async () => {
    const report = reportOf(await log({}, ['--body', 'body'], `${body}x`));
    expect(report.notes.map(({ id }) => id)).toEqual(['other-body']);
  });

  it.each([
    ['no line of ingress', 'START RequestId: 1\n{"level":"INFO"}', [], /no line of ingress/],
    ['several lines', `${line({})}\n${line({})}`, [], /--entry 0 to 1/],
  ])('rejects a log with %s, with exit code 2', async (_title, content, args, words) => {
    const result = await run(['explain', '--log', 'log', ...args], {
      inputs: { log: content },
      secrets: usableSecrets,
    });
    expect(result).toMatchObject({ exitCode: 2, data: '' });
    expect(result.notes).toMatch(words);
  });
});
