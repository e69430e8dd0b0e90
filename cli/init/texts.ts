// The files that init writes. Each passes the type check under `strict`.

export const packageName = 'twilio-webhook-gateway';

export const reply = `import { onMessage } from 'twilio-webhook-gateway/handlers';

/** Runs once for every incoming message, after the gateway has stored it. */
export const handler = onMessage(async ({ data }, { reply }) => {
  await reply(\`You wrote: \${data.body ?? ''}\`);
});
`;

export const twilioConfig = (
  stage: string,
): string => `import { defineTwilioConfig } from 'twilio-webhook-gateway/config';

/**
 * The phone numbers, messaging services and usage triggers that use this gateway, per stage.
 * \`npx twilio-webhook-gateway twilio plan\` shows what differs at Twilio, and \`twilio apply\` changes it.
 */
export const twilioConfig = defineTwilioConfig({
  // ${/-/.test(stage) ? `'${stage}'` : stage}: {
  //   accounts: {
  //     main: { phoneNumbers: ['+15550100002'] },
  //   },
  // },
});
`;

/** The lines of a constructor. */
export const constructLines = (stage: string, name: string, id: string, handler: string | undefined): string => {
  const made = `new TwilioWebhookGateway(this, '${id}', { stageName: '${stage}' });`;
  if (handler === undefined) return made;
  return `const ${name} = ${made}\n${name}.onMessage('Replies', { entry: '${handler}', reply: true });`;
};

export const importLine = `import { TwilioWebhookGateway } from '${packageName}';`;

const indented = (text: string, by: string): string => text.replaceAll(/^(?=.)/gm, by);

export const stackFile = (lines: string): string => `import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
${importLine}

/** The Twilio webhook gateway and the handlers of its messages. */
export class TwilioStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
${indented(lines, '    ')}
  }
}
`;

export const appFile = `import { App } from 'aws-cdk-lib';
import { TwilioStack } from '../lib/twilio-stack';

const app = new App();
new TwilioStack(app, 'TwilioStack');
`;

export const cdkJson = `{
  "app": "node --import tsx bin/app.ts",
  "output": "cdk.out"
}
`;

export const tsconfig = `{
  "compilerOptions": {
    "target": "es2022",
    "module": "nodenext",
    "strict": true,
    "skipLibCheck": true,
    "noEmit": true,
    "types": ["node"]
  },
  "include": ["bin", "lib", "handlers", "*.ts"]
}
`;

export const ignoredFiles = ['node_modules/', 'cdk.out/', '.gateway/'];
