import { Option, type Command } from 'commander';
import type { CommandContext } from '../context';
import { cli } from '../terminal/program-name';
import { buildPayload, type SendKind, type SendValues } from './kinds/kind';
import {
  deliveryOptions,
  errorCodeArgument,
  eventNameArgument,
  locationArgument,
  mediaArgument,
  optOutTypes,
  ownNumber,
  person,
  sidArgument,
  statusArgument,
} from './options';
import { eventStreams } from './kinds/account-kinds';
import { sendKinds } from './send-kinds';
import { sendWebhook, type SendOptions } from './send-webhook';

interface KindOptions extends SendOptions, SendValues {
  readonly jsonEvents?: true;
}

const exitHelp = 'Exit status: 0 if every answer is 2xx (with --tamper: 403), 1 if not, 2 for wrong usage.\n';

const fallbackHelp = `
If the gateway has a fallback lane and gives a message no answer, or one with 5xx, the message goes on to the fallback
URL, as at Twilio. The exit status is 1 then, too.
`;

const sendHelp = `
Builds a webhook with the parameters that Twilio sends, signs it with the account's current Auth Token (read from
Secrets Manager, never taken as an argument), and posts it to the gateway. Nothing goes to Twilio.
${fallbackHelp}
${exitHelp}
Examples:
  $ ${cli} send sms --from +15550100001 --body "héllo 🌍"
  $ ${cli} send sms --tamper
  $ ${cli} send sms --shared-key
  $ ${cli} send status --sid SM0123456789abcdef0123456789abcdef --status delivered --query 'order=17'
  $ ${cli} send call --status completed
  $ ${cli} send event --json-events --stage dev
`;

const example = (lines: readonly string[]): string =>
  `\n${exitHelp}\nExamples:\n${lines.map((line) => `  $ ${cli} send ${line}`).join('\n')}\n`;

const sidText = ({ sidPrefixes, kind }: SendKind): string => {
  if (kind === 'status') return 'the message it is about (default: random)';
  if (kind === 'event') return 'NO (Debugger) or EZ (Event Streams) and 32 hexadecimal digits (default: random)';
  return `${sidPrefixes.toSorted().toReversed().join(' or ')} and 32 hexadecimal digits (default: random)`;
};

const statusText = ({ kind }: SendKind): string =>
  kind === 'status'
    ? 'queued, sending, sent, delivered, undelivered, failed, read, …'
    : 'the status, as Twilio names it';

const addAddress = (command: Command, name: 'from' | 'to', address: string): void =>
  void command.option(`--${name} <address>`, `${name === 'from' ? 'From' : 'To'}, as Twilio sends it`, address);

/** The option of each field. */
const addOption: Readonly<Record<keyof SendValues, (command: Command, kind: SendKind) => void>> = {
  from: (command, { isOutbound }) => addAddress(command, 'from', isOutbound === true ? ownNumber : person),
  to: (command, { isOutbound }) => addAddress(command, 'to', isOutbound === true ? person : ownNumber),
  body: (command, { kind }) =>
    void command.option(
      '--body <text>',
      kind === 'event' ? "the event's message" : 'the text; may be empty',
      `Hello from ${cli} send`,
    ),
  media: (command) => void command.option('--media <url>', 'URL of a media file; repeatable', mediaArgument),
  sid: (command, kind) =>
    void command.option(`--sid <${kind.sidName}>`, sidText(kind), sidArgument(...kind.sidPrefixes)),
  status: (command, kind) => void command.option('--status <status>', statusText(kind), statusArgument, kind.status),
  errorCode: (command) =>
    void command.option('--error-code <code>', 'ErrorCode of failed and undelivered', errorCodeArgument),
  event: (command, kind) =>
    void command.option('--event <name>', "Twilio's name of the event", eventNameArgument, kind.event),
  optOut: (command) =>
    void command.addOption(new Option('--opt-out <type>', 'what Advanced Opt-Out has recognized').choices(optOutTypes)),
  button: (command) => void command.option('--button <payload>', 'a button with this payload was tapped'),
  location: (command) =>
    void command.addOption(
      new Option('--location <lat,long>', 'a location, such as 59.3293,18.0686')
        .argParser(locationArgument)
        .conflicts(['button', 'media']),
    ),
};

/** The text that only the help made up gives way to the text that an opt-out or a button has. */
const valuesOf = (options: KindOptions, command: Command): SendValues => {
  const isMadeUp = command.getOptionValueSource('body') === 'default';
  const hasOwnText = options.optOut !== undefined || options.button !== undefined;
  return isMadeUp && hasOwnText ? { ...options, body: undefined } : options;
};

const registerKind = (send: Command, kind: SendKind, context: CommandContext): void => {
  const command = send.command(kind.kind).description(kind.description);
  const isDebugger = kind.kind === 'event';
  const fields = isDebugger ? (['from', 'to', ...kind.fields] as const) : kind.fields;
  for (const field of fields) addOption[field](command, kind);
  if (isDebugger) {
    command.option('--json-events', 'send an Event Streams batch (JSON, bodySHA256) instead of a Debugger form');
  }
  deliveryOptions(command)
    .addHelpText('after', example(kind.examples))
    .action((options: KindOptions) =>
      sendWebhook(context, options, (accountSid, now) => {
        const sent = options.jsonEvents === true ? eventStreams : kind;
        return buildPayload(sent, valuesOf(options, command), accountSid, now);
      }),
    );
};

export const registerSend = (send: Command, context: CommandContext): void => {
  send.addHelpText('after', sendHelp);
  for (const kind of sendKinds) registerKind(send, kind, context);
};
