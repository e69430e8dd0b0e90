import { decodeEnvelope, PoisonEnvelopeError, type Envelope } from '../../lambda/shared/payload/envelope';
import type { DeadLetterQueue, ReceivedMessage } from '../clients/ports';

/** A dead letter as `dead-letters list --json` prints it. */
export interface DeadLetter {
  readonly id: string;
  /** How often it was received before this command. */
  readonly receiveCount: number;
  readonly sentAt: string;
  /** What is wrong with the message, or `processing_failed` if it decodes: then the consumer's log says more. */
  readonly reason: string;
  /** The kind of a webhook, or the type of an event. */
  readonly kind: string | null;
  readonly eventId: string | null;
}

export interface OpenedDeadLetter {
  readonly summary: DeadLetter;
  /** Undefined if it does not decode, and for an event. */
  readonly envelope: Envelope | undefined;
  /** Of an event. */
  readonly event?: { readonly accountSid: string | null; readonly receivedAt: string | null };
  /** The queue message's text. */
  readonly message: string;
}

/** The reason of a dead letter that decodes: the consumer's log has the error. */
export const processingFailed = 'processing_failed';

export const letterFacts = ({ id, receiveCount, sentAt }: ReceivedMessage) => ({
  id,
  receiveCount: Math.max(0, receiveCount - 1),
  sentAt,
});

export const openDeadLetter = (received: ReceivedMessage): OpenedDeadLetter => {
  const { body } = received;
  const facts = letterFacts(received);
  try {
    const envelope = decodeEnvelope(body);
    const { kind, eventId } = envelope;
    return { summary: { ...facts, reason: processingFailed, kind, eventId }, envelope, message: body };
  } catch (error) {
    if (!(error instanceof PoisonEnvelopeError)) throw error;
    // Its message is a code and constant text, without content.
    return {
      summary: { ...facts, reason: error.message, kind: null, eventId: null },
      envelope: undefined,
      message: body,
    };
  }
};

interface DeadLetterScan<T> {
  readonly seen: readonly T[];
  /** How many messages could not be made visible again before the timeout. */
  readonly stillHidden: number;
}

/**
 * Receives every dead letter once, then makes all of them visible again, also on interruption.
 * Bodies are not kept: a full queue of large messages must not fill the memory.
 * @param view what to keep of a message
 * @param enough ends the scan early
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
    // All of them, including those after the last one wanted; only the latest handle is valid.
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
