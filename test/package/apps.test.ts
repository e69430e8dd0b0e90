import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { apps } from './workspace/apps';
import { listed, startDev, type DevGateway } from './dev';
import { output, run } from './run';
import { inWorkspace } from './workspace/workspace';

interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string }>>;
}

const bundleOf = (assembly: string, name: string): string => {
  const directory = readdirSync(assembly).find((file) => file.startsWith(`bundle-${name}`)) ?? name;
  return readFileSync(join(assembly, directory, 'index.js'), 'utf8');
};

describe.each(apps)('$title', ({ name, cdk }) => {
  const app = inWorkspace(name);
  const assembly = join(app, 'cdk.out');
  const template = (): Template =>
    JSON.parse(readFileSync(join(assembly, 'Messaging.template.json'), 'utf8')) as Template;

  test('has the package and the CDK as npm installs them', () => {
    const installed = join(app, 'node_modules', 'twilio-webhook-gateway');
    expect(lstatSync(installed).isSymbolicLink()).toBe(false);
    expect(realpathSync(installed).startsWith(realpathSync(app))).toBe(true);
    const manifest: unknown = JSON.parse(readFileSync(join(app, 'node_modules/aws-cdk-lib/package.json'), 'utf8'));
    expect(manifest).toMatchObject({ version: cdk.version });
  });

  test('synthesizes the gateway, with the bundles of the package and one of its handler', async () => {
    const { app: appCommand } = JSON.parse(readFileSync(join(app, 'cdk.json'), 'utf8')) as { readonly app: string };
    await output(app, 'env', `CDK_OUTDIR=${assembly}`, ...appCommand.split(' '));
    const types = Object.values(template().Resources).map(({ Type }) => Type);
    expect(types.filter((type) => type === 'AWS::Lambda::Function')).toHaveLength(4);
    expect(types).toContain('AWS::ApiGatewayV2::Api');
    expect(types.includes('AWS::DynamoDB::Table')).toBe(true);
    const packaged = join(app, 'node_modules', 'twilio-webhook-gateway', 'bundles', 'consumer', 'index.js');
    expect(bundleOf(assembly, 'consumer')).toBe(readFileSync(packaged, 'utf8'));
    const handler = bundleOf(assembly, 'handler-Replies');
    expect(handler).toContain('You wrote: ');
    // The example of the clone has 282 kB, with the library from its source.
    expect(handler.length).toBeGreaterThan(100_000);
    expect(handler.length).toBeLessThan(300_000);
  });

  test('passes the type check, without skipLibCheck and with only its own dependencies', async () => {
    expect(existsSync(join(app, 'node_modules', '@types', 'aws-lambda'))).toBe(false);
    expect(await run(app, 'node_modules/.bin/tsc')).toMatchObject({ code: 0, stdout: '' });
  });

  if (name !== 'existing') {
    test('tests its handlers without AWS', async () => {
      const text = await output(app, 'node', '--import', 'tsx', '--test', 'handlers/reply.test.ts');
      expect(text).toMatch(/^# pass 2$/m);
    });
  }

  describe('with twilio-webhook-gateway dev', () => {
    let gateway: DevGateway | undefined;
    beforeAll(async () => {
      gateway = await startDev(app);
    }, 60_000);
    afterAll(() => gateway?.stop());

    test('stores a signed webhook, runs the handler, and refuses one without a signature', async () => {
      await output(app, 'npx', 'twilio-webhook-gateway', 'send', 'sms', '--from', '+15550100001', '--body', 'hello');
      await listed<{ readonly body?: string }>(app, ['messages', 'list'], ({ body }) => body === 'hello');
      await listed<{ readonly body?: string }>(app, ['replies', 'list'], ({ body }) => body === 'You wrote: hello');
      const unsigned = await fetch(`${gateway?.baseUrl ?? ''}/messages`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        body: 'MessageSid=SM00000000000000000000000000000000',
        signal: AbortSignal.timeout(10_000),
      });
      expect(unsigned.status).toBe(403);
    });

    test('serves the page of the console from the package', async () => {
      const [url = ''] = /http:\/\/127\.0\.0\.1:\d+(?=\/#token=)/.exec(gateway?.process.stdout() ?? '') ?? [];
      const page = join(app, 'node_modules', 'twilio-webhook-gateway', 'console');
      for (const file of ['index.html', 'page.js', 'page.css']) {
        const path = file === 'index.html' ? '/' : `/${file}`;
        const answer = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(10_000) });
        expect(await answer.text()).toBe(readFileSync(join(page, file), 'utf8'));
      }
    });

    if (name === 'existing') {
      test('lists what it does not emulate, and needs none of it', () => {
        expect(gateway?.process.stdout()).toMatch(/not emulated.*AWS::S3::Bucket/is);
      });
    }
  });
});
