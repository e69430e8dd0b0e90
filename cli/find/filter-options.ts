import { InvalidArgumentError, Option, type Command } from 'commander';
import { isWebhookKind, webhookKinds, type WebhookFilter, type WebhookKind } from '../clients/webhook-view';
import { addressArgument } from '../terminal/options';

/** Parsed options, which `filterOf` turns into a filter. */
export interface MessageFilterOptions {
  readonly from?: string;
  readonly to?: string;
  readonly with?: string;
  readonly direction?: 'inbound' | 'outbound';
  readonly status?: string;
  readonly search?: string;
}

export interface EventFilterOptions {
  readonly kind?: readonly WebhookKind[];
  readonly type?: string;
  readonly subject?: string;
}

const kindsArgument = (text: string): readonly WebhookKind[] => {
  const kinds = text.split(',');
  if (!kinds.every(isWebhookKind)) throw new InvalidArgumentError(`Kinds are ${webhookKinds.join(', ')}.`);
  return kinds;
};

export const addMessageFilters = (command: Command): Command =>
  command
    .option('--from <address>', 'sent from this address', addressArgument)
    .option('--to <address>', 'sent to this address', addressArgument)
    .option('--with <address>', 'sent from or to this address', addressArgument)
    .addOption(
      new Option('--direction <direction>', 'inbound: received from a person; outbound: sent').choices([
        'inbound',
        'outbound',
      ]),
    )
    .option('--status <status>', 'with this status, such as delivered', (text) => text.toLowerCase())
    .option('--search <text>', 'with this text in any field; case does not matter');

const addKindFilter = (command: Command): Command =>
  command.option('--kind <kinds>', `only these kinds, separated by commas: ${webhookKinds.join(', ')}`, kindsArgument);

export const addEventFilters = (command: Command): Command =>
  addKindFilter(command)
    .option('--type <type>', 'with a type that begins with this, such as call.')
    .option('--subject <SID>', 'about this SID');

/** The filter that the options of a command describe. */
export const filterOf = (options: MessageFilterOptions & EventFilterOptions): WebhookFilter => {
  const { from, to, with: either, direction, status, search, kind, type, subject } = options;
  return {
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(either !== undefined && { with: either }),
    ...(direction !== undefined && { direction }),
    ...(status !== undefined && { status }),
    ...(search !== undefined && { search }),
    ...(kind !== undefined && { kinds: kind }),
    ...(type !== undefined && { type }),
    ...(subject !== undefined && { subject }),
  };
};
