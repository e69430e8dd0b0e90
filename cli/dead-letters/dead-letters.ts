import { decodeEnvelope, PoisonEnvelopeError, type Envelope } from '../../lambda/shared/payload/envelope';
import type { DeadLetterQueue, ReceivedMessage } from '../clients/ports';

/** A dead letter as programs see it (`dead-letters list --json`). */
export interface DeadLetter {
  readonly id: string;
  /** How often it was received before this look. */
  readonly receiveCount: number;
  readonly sentAt: string;
  /** Why it is here: what is wrong with it, or `processing_failed` where it decodes and the consumer's log says more. */
  readonly reason: string;
  readonly kind: Envelope['kind'] | null;
  readonly eventId: string | null;
}

export interface OpenedDeadLetter {
  readonly summary: DeadLetter;
  readonly envelope: Envelope | undefined;
  /** The queue message's text. */
  readonly message: string;
}

/** The reason of a dead letter that decodes: the consumer failed on it, and its log says how. */
export const processingFailed = 'processing_failed';

export const openDeadLetter = ({ id, body, receiveCount, sentAt }: ReceivedMessage): OpenedDeadLetter => {
  const facts = { id, receiveCount: Math.max(0, receiveCount - 1), sentAt };
  try {
    const envelope = decodeEnvelope(body);
    const { kind, eventId } = envelope;
    return { summary: { ...facts, reason: processingFailed, kind, eventId }, envelope, message: body };
  } catch (error) {
    if (!(error instanceof PoisonEnvelopeError)) throw error;
    // Its message is made of a code and constant text, never of the content.
    return {
      summary: { ...facts, reason: error.message, kind: null, eventId: null },
      envelope: undefined,
      message: body,
    };
  }
};

export interface DeadLetterScan<T> {
  readonly seen: readonly T[];
  /** How many messages could not be made visible again; they come back by themselves. */
  readonly stillHidden: number;
}

/**
 * Looks at every dead letter once, then makes all of them visible again, also when it is interrupted.
 * Bodies are not kept: a full queue of large messages must not fill the memory.
 * @param view what to keep of a message
 * @param enough ends the look early
 */
export const scanDeadLetters = async <T>(
  queue: Pick<DeadLetterQueue, 'receive' | 'release'>,
  signal: AbortSignal,
  view: (message: ReceivedMessage) => T,
  enough: (seen: number, latest: T) => boolean = () => false,
): Promise<DeadLetterScan<T>> => {
  const seen = new Map<string, T>();
  const handles = new Map<string, string>();
  const receiveOnce = async (): Promise<boolean> => {
    const messages = await queue.receive();
    // All of them, also those after the last that is wanted; the latest handle is the one that counts.
    for (const message of messages) handles.set(message.id, message.receiptHandle);
    let isNew = false;
    for (const message of messages) {
      if (seen.has(message.id)) continue;
      isNew = true;
      const item = view(message);
      seen.set(message.id, item);
      if (enough(seen.size, item)) return false;
    }
    return isNew;
  };
  let stillHidden = 0;
  try {
    while (await receiveOnce()) signal.throwIfAborted();
  } finally {
    stillHidden = await queue.release([...handles.values()]);
  }
  return { seen: [...seen.values()], stillHidden };
};
