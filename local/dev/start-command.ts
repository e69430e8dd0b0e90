import { Command, InvalidArgumentError, Option } from 'commander';
import type { GatewayChoice } from '../app/gateways';
import type { StartConsole } from './console';

/** The options of `dev` and of `npm start`. */
export interface StartOptions extends GatewayChoice {
  readonly port: number;
  readonly dataDir?: string;
  readonly publicUrl?: string;
  readonly app?: string;
  readonly context?: Readonly<Record<string, string>>;
  readonly handlers?: string;
  /** False with `--no-console`. @default true */
  readonly console?: boolean;
  readonly consolePort?: number;
  /** @default `lines` */
  readonly log?: 'lines' | 'json';
  readonly showNumbers?: boolean;
  /** From 0 to 1. */
  readonly swallow?: number;
}

/** How this program was started. */
export interface StartedAs {
  /** The command that the user runs to start it, such as `npx twilio-webhook-gateway dev`. */
  readonly command: string;
  /** The command that operates the gateway, such as `npx twilio-webhook-gateway`. */
  readonly cli: string;
  /** The directory of the CDK app. */
  readonly appDirectory: string;
  /** Only in a clone: the values of `--handlers`, each with the command of the app that has these handlers. */
  readonly handlers?: ReadonlyMap<string, string>;
  /** Serves the console of the gateway once it runs. Absent: there is no console. */
  readonly startConsole?: StartConsole;
}

const port = (text: string): number => {
  const value = Number(text);
  if (/^\d{1,5}$/.test(text) && value <= 65_535) return value;
  throw new InvalidArgumentError('It must be a number from 0 (any free port) to 65535.');
};

const share = (text: string): number => {
  const [, digits, percent] = /^(\d+(?:\.\d+)?|\.\d+)(%?)$/.exec(text) ?? [];
  const value = Number(digits) / (percent === '%' ? 100 : 1);
  if (value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('It must be a share of all webhooks, such as 5% or 0.05.');
};

const contextValue = (text: string, earlier: Readonly<Record<string, string>> = {}) => {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (key === undefined || value === undefined) throw new InvalidArgumentError('It must be like key=value.');
  return { ...earlier, [key]: value };
};

/**
 * The command that runs the gateway of a CDK app.
 * @param name of the command in its help
 */
export const startCommand = (name: string, start: StartedAs): Command => defineStart(new Command(name), start);

/** Adds description, options and action to a command. Its code is loaded only when the command runs. */
export const defineStart = (command: Command, start: StartedAs): Command => {
  command
    .description(
      'Runs the Twilio webhook gateway of this CDK app on this machine: the template and bundles of a deployment, ' +
        'without an AWS account.',
    )
    .option('--port <number>', 'port on 127.0.0.1 for webhooks; 0 takes any free one', port, 3000)
    .option('--data-dir <directory>', 'directory to keep messages, queues and secrets in (default: nothing is kept)')
    .option('--public-url <url>', 'address under which Twilio reaches this gateway, such as a tunnel')
    .addOption(
      new Option('--log <format>', 'lines for a person, or json: all records of the functions, on standard error')
        .choices(['lines', 'json'])
        .default('lines'),
    )
    .option('--show-numbers', 'show phone numbers whole; without it a line has +1…0001')
    .option('--swallow <share>', 'share of webhooks, such as 5%, that are lost before they reach the gateway', share)
    .option('--console-port <number>', 'port on 127.0.0.1 for the console; 0 takes any free one', port, 0)
    .option('--no-console', 'do not serve the console, the page that shows what arrives')
    .option('--stack <name>', 'the stack whose gateway runs, where the app has several')
    .option('--gateway <name>', 'the id of its construct, where the stack has several')
    .option('--app <command>', 'command that synthesizes the app (default: "app" of cdk.json)')
    .option('--context <key=value>', 'context value for the app, repeatable', contextValue)
    // One line for each error: commander puts its suggestion on a second line.
    .configureOutput({ writeErr: (text) => process.stderr.write(`${text.trim().replaceAll('\n', ' ')}\n`) })
    .addHelpText('after', helpAfter(start))
    .action(async (options: StartOptions) => {
      const { runDev } = await import('./run-dev.js');
      await runDev(options, start);
    });
  if (start.handlers !== undefined) addHandlersOption(command, [...start.handlers.keys()]);
  return command;
};

const addHandlersOption = (command: Command, names: readonly string[]): Command =>
  command.option(
    '--handlers <name>',
    `${names.join(', ')}: the handlers in handlers/examples instead of those in lib/handlers.ts`,
    (text) => {
      if (names.includes(text)) return text;
      throw new InvalidArgumentError(
        `It must be '${names.join("', '")}'. Register your own handlers in lib/handlers.ts.`,
      );
    },
  );

const helpAfter = ({ command, cli, handlers }: StartedAs): string => `
Environment:
  TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN  use this account instead of made-up development credentials
  TWILIO_API_KEY, TWILIO_API_SECRET      send replies by Twilio with this API key of that account; without it,
                                         a stand-in takes them: ${cli} replies list

Examples:
  $ ${command.replace(/ --$/, '')}
  $ ${command} --port 8080 --data-dir ./data
  $ ${command} --public-url https://example.ngrok.app
${handlers === undefined ? `  $ ${command} --stack Messaging --gateway Twilio` : `  $ ${command} --handlers examples`}

A changed source file is built and runs immediately. Types are not checked.
Each webhook is printed as one line, without the text of the message.`;
