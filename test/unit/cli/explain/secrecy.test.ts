import fc from 'fast-check';
import { accountSid, authToken, run } from '../fake-environment';
import { curl, explain, formText, messagesUrl, signature, smsForm, usableSecrets } from './fixture';

/** Long enough not to be in the report's own words by chance. */
const secretText = fc
  .string({
    unit: fc.constantFrom(...'abcxyz0189 \u001b\u202e€"\'&=+%\r\n'.split('')),
    minLength: 12,
    maxLength: 60,
  })
  .filter((text) => /[a-z0-9]{3}/.test(text))
  .map((text) => `q7${text}7q`);

const parts = (...texts: readonly string[]): readonly string[] =>
  texts.flatMap((text) => [
    text,
    JSON.stringify(text).slice(1, -1),
    encodeURIComponent(text),
    Buffer.from(text).toString('base64'),
  ]);

const broken = fc.record({
  text: secretText,
  url: fc.constantFrom(messagesUrl, `${messagesUrl}/`, 'https://other.example/x', messagesUrl.replace('https', 'http')),
  sent: fc.constantFrom('form', 'base64', 'text', 'json', 'query'),
  token: fc.constantFrom(authToken, 'another-dummy-token'),
  isJson: fc.boolean(),
});

describe('explain', () => {
  it('never prints text, numbers, token, signature or expected signature, whatever the request is', async () => {
    await fc.assert(
      fc.asyncProperty(broken, async ({ text, url, sent, token, isJson }) => {
        const form = { ...smsForm, Body: text };
        const given = signature(url, form, token);
        const bodies: Readonly<Record<typeof sent, string>> = {
          form: formText(form),
          base64: Buffer.from(formText(form)).toString('base64'),
          text,
          json: JSON.stringify(form),
          query: '',
        };
        const input = curl({
          signature: given,
          body: bodies[sent],
          url: sent === 'query' ? `${messagesUrl}?${formText(form)}` : messagesUrl,
        });
        const result = await run(['explain', 'request', ...(isJson ? ['--json'] : [])], {
          secrets: usableSecrets,
          inputs: { request: input },
        });
        const output = result.data + result.notes;
        expect(output).not.toBe('');
        const hidden = [
          ...parts(text),
          bodies.base64,
          given,
          signature(messagesUrl, form),
          authToken,
          accountSid,
          '+15550100001',
          '15550100002',
        ];
        for (const secret of hidden) expect(output).not.toContain(secret);
        expect(output).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
      }),
      { numRuns: 15 },
    );
  });

  it('a token that is a parameter’s name or a part of the path', async () => {
    const token = '0123456789abcdef0123456789abcdef';
    const { output } = await explain(
      curl({
        signature: signature(messagesUrl, smsForm),
        body: `${formText(smsForm)}&a${token}=1&${token}=2`,
      }),
    );
    expect(output).not.toContain(token);
  });

  it('an entered token', async () => {
    const hidden = '0123456789abcdef0123456789abcdee';
    const { output, report } = await explain(
      curl({ signature: signature(messagesUrl, smsForm, hidden) }),
      ['--token-prompt', '--url', messagesUrl],
      { hidden: `${hidden}\n` },
    );
    expect(report.verdict).toBe('genuine');
    expect(output).not.toContain(hidden);
  });
});
