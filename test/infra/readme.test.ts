import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInThisContext } from 'node:vm';
import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { transformSync } from 'esbuild';
import { developmentContext } from '../../lambda/shared/contract/bundle-recipe';
import * as library from '../../lib/index';

const root = join(__dirname, '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** The code that README.md has for the owner of a CDK app: lines of the stack, and the file of the handler. */
const [, stackLines = '', handlerFile = ''] =
  /^## In your CDK app$.*?^```ts\n\/\/ In the stack\.\n(.*?)\n\/\/ handlers\/reply\.ts\n(.*?)^```$/ms.exec(
    read('README.md'),
  ) ?? [];
const trimmed = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

describe("the README's lines for a CDK app", () => {
  test('are five at most, and those that npm run test:package compiles in an app', () => {
    expect(trimmed(stackLines).length).toBeGreaterThan(1);
    expect(trimmed(stackLines).length).toBeLessThanOrEqual(5);
    const app = join('test', 'package', 'apps', 'commonjs');
    expect(trimmed(read(join(app, 'bin', 'app.ts')))).toEqual(expect.arrayContaining([...trimmed(stackLines)]));
    expect(read(join(app, 'handlers', 'reply.ts'))).toBe(handlerFile);
  });

  test('synthesize a gateway whose handler gets messages and may reply', () => {
    const [, importedName = '', body = ''] = /^import \{ (\w+) \} from 'twilio-webhook-gateway';\n(.*)$/s.exec(
      stackLines,
    ) ?? [''];
    const stack = new Stack(new App({ context: { [developmentContext]: true } }), 'Messaging');
    const { code } = transformSync(`(function (${importedName}) {\n${body}\n})`, { loader: 'ts' });
    // The README's own text, as the constructor of a stack runs it.
    const run = runInThisContext(code) as (this: Stack, construct: unknown) => void;
    run.call(stack, library[importedName as keyof typeof library]);
    const template = Template.fromStack(stack);
    template.hasOutput('TwilioMessagesWebhookUrl', {});
    template.hasResourceProperties('AWS::SNS::Subscription', {
      FilterPolicy: Match.objectLike({ type: ['twilio.webhook.message.received'] }),
    });
    template.resourceCountIs('AWS::DynamoDB::Table', 2);
    template.hasResource('AWS::Lambda::Function', {
      Properties: { Environment: { Variables: Match.objectLike({ HANDLER_NAME: 'Replies' }) } },
    });
  });
});
