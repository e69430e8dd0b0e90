import { randomUUID } from 'node:crypto';
import { prepare } from '../../lambda/shared/events/publication';
import { readStored } from '../../lambda/shared/events/read-change';
import { asReplay } from '../../lambda/shared/events/replay';
import type { Backend } from '../clients/ports';
import { propsPlace } from '../terminal/program-name';
import { storedKeyOf } from './stored-keys';

export interface ReplayOptions {
  /** A MessageSid, a status such as `SM…#delivered#-`, or the id of an event. */
  readonly id: string;
  /** The accounts that may have it. */
  readonly accountSids: readonly string[];
  /** Only this handler gets the event; without a name every handler that has subscribed to it. */
  readonly handler?: string | undefined;
}

export type Replayed =
  | {
      readonly kind: 'replayed';
      /** The event's id, the same as before. */
      readonly eventId: string;
      /** Such as `twilio.webhook.message.received`. */
      readonly type: string;
      readonly accountSid: string;
    }
  /** The reason is a sentence for the operator. */
  | { readonly kind: 'rejected'; readonly reason: string };

/**
 * Publishes the event of one stored webhook again, or puts it on the queue of one handler. Handlers run for it even if
 * they have handled the event before, and once for each replay.
 */
export const replay = async (
  { target, publishing }: Pick<Backend, 'target' | 'publishing'>,
  { id, accountSids, handler }: ReplayOptions,
): Promise<Replayed> => {
  if (publishing === undefined) {
    return rejected(
      `No events are published at ${target.name}. Give its stage \`events: true\` in ${propsPlace}, or register a ` +
        'handler in lib/handlers.ts.',
    );
  }
  const { handlers = [], eventPayload = 'full' } = target;
  const queue = handlers.find(({ name }) => name === handler)?.queue;
  if (handler !== undefined && queue === undefined) {
    const names = handlers.map(({ name }) => name).join(', ');
    return rejected(`There is no handler of this name at ${target.name}. It has: ${names === '' ? 'none' : names}.`);
  }
  const keys = accountSids.map((accountSid) => storedKeyOf(accountSid, id)).filter((key) => key !== undefined);
  if (keys.length === 0 && accountSids.length > 0) {
    return rejected(
      'An id is a MessageSid, a status such as SM…#delivered#-, or the id of an event as `events list` shows it.',
    );
  }
  const { stored, publish, send } = await publishing();
  const [publication, ...others] = (await stored.items(keys)).flatMap((item) => readStored(item) ?? []);
  if (publication === undefined) return rejected(`Nothing with this id is stored at ${target.name}.`);
  if (others.length > 0) return rejected('Several accounts have this id: name one of them (--account).');
  const { publication: again } = prepare(asReplay(publication, randomUUID()), eventPayload);
  if (queue !== undefined) await send(queue, again);
  else if ((await publish([again])) === 0) return rejected('SNS did not accept the event. Try again.');
  const { id: eventId, type, source } = again.event;
  return { kind: 'replayed', eventId, type, accountSid: source.replace('/accounts/', '') };
};

const rejected = (reason: string): Replayed => ({ kind: 'rejected', reason });
