import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import type { CommandContext } from '../context';
import { sendWebhook, type SendOptions } from './send-webhook';
import { incomingMessage, incomingWhatsapp, statusCallback } from './twilio-payloads';
import { debuggerEvent, eventStreamsBatch, usageTrigger } from './event-payloads';
import {
  addressOptions,
  deliveryOptions,
  errorCodeArgument,
  mediaArgument,
  ownNumber,
  person,
  sidArgument,
  statusArgument,
  type AddressOptions,
} from './options';
import { cli } from '../terminal/program-name';

interface MessageOptions extends SendOptions, AddressOptions {
  readonly body: string;
  readonly media?: readonly string[];
  readonly sid?: string;
}
interface StatusOptions extends SendOptions, AddressOptions {
  readonly status: string;
  readonly errorCode?: string;
  readonly sid?: string;
}
interface UsageOptions extends SendOptions {
  readonly sid?: string;
}
interface EventOptions extends SendOptions, AddressOptions {
  readonly body: string;
  readonly sid?: string;
  readonly jsonEvents?: true;
}

const exampleMedia = 'https://media.example.com/picture.jpg';

const randomSid = (prefix: string): string => `${prefix}${randomBytes(16).toString('hex')}`;

const exitHelp = 'Exit status: 0 if every answer is 2xx (with --tamper: 403), 1 if not, 2 for wrong usage.\n';

const sendHelp = `
Builds a webhook with the parameters that Twilio sends, signs it with the account's current Auth Token (read from
Secrets Manager, never taken as an argument), and posts it to the gateway. Nothing goes to Twilio.

${exitHelp}
Examples:
  $ ${cli} send sms --from +15550100001 --body "héllo 🌍"
  $ ${cli} send sms --tamper
  $ ${cli} send sms --shared-key
  $ ${cli} send status --sid SM0123456789abcdef0123456789abcdef --status delivered --query 'order=17'
  $ ${cli} send event --json-events --stage dev
`;

const example = (...lines: readonly string[]): string =>
  `\n${exitHelp}\nExamples:\n${lines.map((line) => `  $ ${cli} send ${line}`).join('\n')}\n`;

const registerIncoming = (send: Command, context: CommandContext): void => {
  const kinds = [
    ['sms', 'an incoming SMS', 'SM', incomingMessage],
    ['mms', 'an incoming MMS', 'MM', incomingMessage],
    ['whatsapp', 'an incoming WhatsApp message', 'SM', incomingWhatsapp],
  ] as const;
  for (const [name, description, prefix, payload] of kinds) {
    const command = addressOptions(send.command(name).description(description), person, ownNumber)
      .option('--body <text>', 'the text; may be empty', `Hello from ${cli} send`)
      .option('--sid <MessageSid>', 'SM or MM and 32 hexadecimal digits (default: random)', sidArgument('SM', 'MM'));
    if (name !== 'sms') command.option('--media <url>', 'URL of a media file; repeatable', mediaArgument);
    deliveryOptions(command)
      .addHelpText(
        'after',
        name === 'sms'
          ? example(
              'sms --from +15550100001 --body "héllo 🌍"',
              'sms --sid SM0123456789abcdef0123456789abcdef --repeat 5',
            )
          : example(`${name} --media https://media.example.com/a.png --media https://media.example.com/b.pdf`),
      )
      .action((options: MessageOptions) =>
        sendWebhook(context, options, (accountSid, now) =>
          payload(
            { ...options, accountSid, now, sid: options.sid ?? randomSid(prefix) },
            options.media ?? (name === 'mms' ? [exampleMedia] : []),
          ),
        ),
      );
  }
};

const registerStatus = (send: Command, context: CommandContext): void => {
  const command = send
    .command('status')
    .description('a status callback of an outgoing message')
    .option('--sid <MessageSid>', 'the message it is about (default: random)', sidArgument('SM', 'MM'))
    .option(
      '--status <status>',
      'queued, sending, sent, delivered, undelivered, failed, read, …',
      statusArgument,
      'delivered',
    )
    .option('--error-code <code>', 'ErrorCode of failed and undelivered', errorCodeArgument);
  deliveryOptions(addressOptions(command, ownNumber, person))
    .addHelpText(
      'after',
      example(
        'status --sid SM0123456789abcdef0123456789abcdef --status sent',
        "status --sid SM0123456789abcdef0123456789abcdef --status undelivered --error-code 30003 --query 'order=17'",
      ),
    )
    .action((options: StatusOptions) =>
      sendWebhook(context, options, (accountSid, now) =>
        statusCallback(
          { ...options, accountSid, now, sid: options.sid ?? randomSid('SM') },
          options.status,
          options.errorCode,
        ),
      ),
    );
};

const registerUsage = (send: Command, context: CommandContext): void => {
  const command = send
    .command('usage')
    .description('a usage trigger that has fired')
    .option('--sid <UsageTriggerSid>', 'UT and 32 hexadecimal digits (default: random)', sidArgument('UT'));
  deliveryOptions(command)
    .addHelpText('after', example('usage', 'usage --sid UT0123456789abcdef0123456789abcdef --repeat 3'))
    .action((options: UsageOptions) =>
      sendWebhook(context, options, (accountSid, now) =>
        usageTrigger({ accountSid, now, sid: options.sid ?? randomSid('UT') }),
      ),
    );
};

const registerEvent = (send: Command, context: CommandContext): void => {
  const command = addressOptions(
    send.command('event').description('a Debugger event, or a batch of Event Streams'),
    person,
    ownNumber,
  )
    .option('--json-events', 'send an Event Streams batch (JSON, bodySHA256) instead of a Debugger form')
    .option('--body <text>', "the event's message", `Hello from ${cli} send`)
    .option(
      '--sid <EventSid>',
      'NO (Debugger) or EZ (Event Streams) and 32 hexadecimal digits (default: random)',
      sidArgument('NO', 'EZ'),
    );
  deliveryOptions(command)
    .addHelpText('after', example('event', 'event --json-events --repeat 2'))
    .action((options: EventOptions) =>
      sendWebhook(context, options, (accountSid, now) => {
        const [prefix, payload] =
          options.jsonEvents === true ? (['EZ', eventStreamsBatch] as const) : (['NO', debuggerEvent] as const);
        return payload({ ...options, accountSid, now, sid: options.sid ?? randomSid(prefix) });
      }),
    );
};

export const registerSend = (send: Command, context: CommandContext): void => {
  send.addHelpText('after', sendHelp);
  registerIncoming(send, context);
  registerStatus(send, context);
  registerUsage(send, context);
  registerEvent(send, context);
};
