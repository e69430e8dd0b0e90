import { InvalidArgumentError, Option, type Command } from 'commander';
import type { WebhookFilter, WebhookKind } from '../clients/webhook-view';

/** Options of a command become a filter by their names. */
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

const allKinds: readonly WebhookKind[] = ['message', 'status', 'usage', 'event', 'unrecognized'];

const isKind = (text: string): text is WebhookKind => (allKinds as readonly string[]).includes(text);

const kindsArgument = (text: string): readonly WebhookKind[] => {
  const kinds = text.split(',');
  if (!kinds.every(isKind)) throw new InvalidArgumentError(`Kinds are ${allKinds.join(', ')}.`);
  return kinds;
};

/** People write numbers with spaces; other addresses, such as a sender's name, stay as they are. */
export const addressArgument = (text: string): string => {
  const address = text.trim();
  if (address === '') throw new InvalidArgumentError('Give a phone number or another address of Twilio.');
  return /^(?:[a-z]+:)?\+[\d\s().-]+$/.test(address) ? address.replaceAll(/[\s().-]/g, '') : address;
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
    .option('--search <text>', 'with this text in any field, in capitals or not');

export const addKindFilter = (command: Command): Command =>
  command.option('--kind <kinds>', `only these kinds, separated by commas: ${allKinds.join(', ')}`, kindsArgument);

export const addEventFilters = (command: Command): Command =>
  addKindFilter(command)
    .option('--type <type>', 'whose type begins with this, such as call.')
    .option('--subject <SID>', 'about this SID');

/** The fields of a filter that options give. */
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
