import type { LocalGateway } from '../../../../local/gateway';
import { greeting } from '../../../../local/output/gateway-lines';
import { testAccount } from '../../../helpers/test-account';

const gateway = (publicUrl: string | null, madeUpAccount: boolean): LocalGateway =>
  ({
    state: {
      baseUrl: 'http://127.0.0.1:3000/dev',
      publicUrl,
      webhooks: { messages: 'm', status: 's', usage: 'u', events: 'e' },
      endpoints: {},
    },
    account: testAccount,
    madeUpAccount,
    // The greeting reads these parts only.
  }) as unknown as LocalGateway;
const hint = /^Webhooks from Twilio will be refused[\s\S]*TWILIO_ACCOUNT_SID=\S+ TWILIO_AUTH_TOKEN=/m;
const text = (publicUrl: string | null, madeUp: boolean, consoleUrl?: string): string =>
  greeting(gateway(publicUrl, madeUp), 'npx gateway', consoleUrl).join('\n');

test('a public URL with made-up credentials says what to set', () => {
  expect(text('https://x.example.com/dev', true)).toMatch(hint);
  expect(text('https://x.example.com/dev', false)).not.toMatch(hint);
  expect(text(null, true)).not.toMatch(hint);
});

test('the address of the console is shown where it is served', () => {
  expect(text(null, true, 'http://127.0.0.1:4000/#token=x')).toMatch(
    /^Console .*:\n {2}http:\/\/127\.0\.0\.1:4000\/#token=x$/m,
  );
  expect(text(null, true)).not.toContain('Console');
});
