import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks';
import type { Report } from '../../../../cli/explain/report';
import { bodyHash } from '../../../../lambda/shared/signature/body-hash';
import {
  accountSid,
  authToken,
  fakeSecrets,
  messageSid,
  run,
  secretText,
  type EnvironmentParts,
} from '../fake-environment';

export type Form = Readonly<Record<string, string | readonly string[]>>;

/** The URL that the fake target's /messages route is configured with. */
export const messagesUrl = 'https://public.example/dev/messages';
export const eventsUrl = 'https://public.example/dev/events';
export const bodyText = 'dummy text: it’s fünf o’clock';

export const smsForm: Form = {
  ToCountry: 'US',
  MessageSid: messageSid,
  AccountSid: accountSid,
  From: '+15550100001',
  To: '+15550100002',
  Body: bodyText,
  NumMedia: '0',
  FromCity: '',
  FromZip: '',
  ApiVersion: '2010-04-01',
};

export const formText = (form: Form): string =>
  new URLSearchParams(
    Object.entries(form).flatMap(([name, value]) => [value].flat().map((item): [string, string] => [name, item])),
  ).toString();

/** Signs with Twilio's own function, so that the gateway's is not tested against itself. */
export const signature = (url: string, form: Form = {}, token = authToken): string =>
  getExpectedTwilioSignature(token, url, form as Record<string, string | string[]>);

export interface Sent {
  readonly method?: string;
  readonly url?: string;
  readonly body?: string | Buffer;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Undefined: no such header. */
  readonly signature: string | undefined;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** A browser's "Copy as cURL". */
export const curl = ({ method, url = messagesUrl, body = formText(smsForm), headers = {}, ...sent }: Sent): Buffer => {
  const all = {
    'Content-Type': sent.contentType ?? 'application/x-www-form-urlencoded',
    ...(sent.signature === undefined ? {} : { 'X-Twilio-Signature': sent.signature }),
    ...headers,
  };
  const [before, after] = [`curl ${quoted(url)}`, ' \\\n  --compressed'];
  const lines = [
    ...(method === undefined ? [] : [`-X ${method}`]),
    ...Object.entries(all).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
  ];
  const data = Buffer.from(body);
  const raw = data.length === 0 ? '' : ` \\\n  --data-raw ${quoted(data.toString('latin1'))}`;
  return Buffer.from(`${before} \\\n  ${lines.join(' \\\n  ')}${raw}${after}`, 'latin1');
};

export const usableSecrets = fakeSecrets({
  'first-account': { AWSCURRENT: secretText(accountSid, authToken) },
});

export interface Explained {
  readonly exitCode: number;
  readonly report: Report;
  readonly ids: readonly string[];
  /** Everything that was written. */
  readonly output: string;
}

/** Runs `explain --json` on an input. */
export const explain = async (
  input: string | Buffer,
  args: readonly string[] = [],
  parts: EnvironmentParts = {},
): Promise<Explained> => {
  const result = await run(['explain', 'request', '--json', ...args], {
    secrets: usableSecrets,
    ...parts,
    inputs: { request: input, ...parts.inputs },
  });
  const output = `${result.data}\n${result.notes}`;
  if (result.data === '') throw new Error(`explain printed no report (exit ${result.exitCode}): ${result.notes}`);
  // The CLI prints a report.
  const report = JSON.parse(result.data) as Report;
  return { exitCode: result.exitCode, report, ids: report.causes.map(({ id }) => id), output };
};

export const filled: Form = Object.fromEntries(Object.entries(smsForm).filter(([, value]) => value !== ''));
export const json = JSON.stringify([
  { id: 'EZ1', type: 'com.twilio.test', data: { text: bodyText, link: 'https://a.example/b' } },
]);
export const hashed = (body: string, query = '') => `${eventsUrl}?${query}bodySHA256=${bodyHash(Buffer.from(body))}`;
export const sentJson = (sent: Partial<Sent> = {}): Sent => ({
  url: hashed(json),
  body: json,
  contentType: 'application/json',
  signature: signature(hashed(json)),
  ...sent,
});
/** A request with the usual body that was signed over another URL or form. */
export const signedOver = (url: string, form: Form = smsForm, sent: Partial<Sent> = {}): Sent => ({
  signature: signature(url, form),
  ...sent,
});
export const mojibake = (text: string) => Buffer.from(text).toString('latin1');
export const query = "order=17&name=it's+me&mail=a%40b";

export type CauseCase = readonly [cause: string, when: string, sent: Sent];

/** One test for each: the cause alone is named, in words, and the exit code is 1. */
export const itNamesTheCause = (cases: readonly CauseCase[]): void => {
  it.each(cases)('%s: %s', async (cause, _when, sent) => {
    const { exitCode, ids, report } = await explain(curl(sent));
    expect({ ids, exitCode, verdict: report.verdict }).toEqual({
      ids: [cause],
      exitCode: 1,
      verdict: cause === 'no-match' ? 'unknown' : 'cause',
    });
    const [finding] = report.causes;
    for (const text of [finding?.title, finding?.explanation, finding?.fix]) {
      expect(text).toMatch(/\w/);
      expect(text).not.toMatch(/\{|\}/);
    }
    expect(report.gatewayAnswer?.status).toBeGreaterThanOrEqual(400);
  });
};
