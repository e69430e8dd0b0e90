import { createColors } from 'picocolors';
import { createTerminalLog } from '../../../../local/output/terminal-log';

const start = () => {
  const shown: string[] = [];
  const problems: string[] = [];
  const screen = (lines: string[]) => ({
    paint: createColors(false),
    // Without the time.
    print: (printed: readonly string[]) => void lines.push(...printed.map((line) => line.replace(/^[\d:]{8} {2}/, ''))),
  });
  const terminal = createTerminalLog({ output: screen(shown), problems: screen(problems), showNumbers: false });
  return { terminal, shown, problems };
};

test('an error of the gateway is a problem, with its fields', () => {
  const { terminal, shown, problems } = start();
  terminal.record('Publisher0A1B2C3D', {
    level: 'ERROR',
    service: 'publisher',
    timestamp: 'x',
    reason: 'publish_failed',
    errorName: 'TimeoutError',
    _aws: {},
    Stage: 'dev',
    PublishFailed: 1,
  });
  terminal.record('Publisher0A1B2C3D', { level: 'WARN', service: 'publisher', message: 'slow' });
  expect(problems).toEqual(['error publisher: publish_failed errorName=TimeoutError', 'warning publisher: slow']);
  expect(shown).toEqual([]);
});

test('an uncaught error of a function has its name and the stack in its sources', () => {
  const { terminal, problems } = start();
  terminal.record('Audit0A1B2C3D', {
    level: 'ERROR',
    service: 'lambda',
    function: 'Audit0A1B2C3D',
    message: 'TypeError: no',
    stack: 'TypeError: no\n    at audit (/app/audit.ts:3:1)\n    at node:internal/x:1:1',
  });
  expect(problems).toEqual(['error Audit: TypeError: no', '                at audit (/app/audit.ts:3:1)']);
});

test('what another function prints is shown with its name', () => {
  const { terminal, shown } = start();
  terminal.plain('Audit0A1B2C3D', 'plain \u001b[2J');
  terminal.record('Audit0A1B2C3D', { audited: 1 });
  terminal.record('Audit0A1B2C3D', { level: 'INFO', service: 'audit', message: 'asked', price: 3 });
  expect(shown).toEqual(['Audit: plain \\u001b[2J', 'Audit: audited=1', 'audit: asked price=3']);
});

test('a handler has its lines below the webhook, and a line of another part has short SIDs', () => {
  const { terminal, shown } = start();
  const configuration = { modulePath: '/tmp/builds/7/x/index.js', environment: { HANDLER_NAME: 'Replies' } };
  const record = { reason: 'failed', eventId: 'e1', receiveCount: 1, errorName: 'TypeError' };
  terminal.handler({ functionName: 'x', configuration, text: `${JSON.stringify(record)}\nplain\n` });
  terminal.handler({ functionName: 'x', configuration, text: '{"_aws":{}}\n' });
  terminal.line(`reply SM${'0'.repeat(28)}0002: queued`);
  expect(shown).toEqual(['└ Replies failed on e1, receive 1: TypeError', '└ Replies: plain', 'reply SM…0002: queued']);
});
