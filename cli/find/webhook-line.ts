import type { Colors } from 'picocolors/types';
import type { WebhookView } from '../clients/webhook-view';
import { clip, displayWidth, pad } from '../../characters/display-width';
import type { TableTerminal } from '../terminal/table';
import { terminalText } from '../terminal/terminal-text';

const failures: readonly string[] = ['failed', 'undelivered', 'canceled'];

const paintOf = ({ kind, direction, status }: WebhookView, paint: Colors): ((text: string) => string) => {
  if (kind === 'unrecognized') return paint.yellow;
  if (failures.includes(status ?? '')) return paint.red;
  if (kind === 'status') return paint.green;
  return direction === 'inbound' ? paint.cyan : String;
};

/** The text of a message and the number of its media; the type of a message that has neither. */
export const contentText = ({ body, numMedia, messageType }: WebhookView): string | undefined => {
  const media = numMedia === 0 ? undefined : `(${numMedia} media)`;
  const other = messageType === null || messageType === 'text' ? undefined : `(${messageType})`;
  const text = body === null || body === '' ? undefined : body;
  return [text, media ?? (text === undefined ? other : undefined)].filter(Boolean).join(' ') || undefined;
};

const detailsOf = (webhook: WebhookView): readonly (string | undefined | null)[] => {
  const { kind, from, to, subject, reason, errorCode, optOutType } = webhook;
  const error = errorCode === null ? undefined : `error ${errorCode}`;
  if (kind === 'message' || kind === 'status') {
    return [`${from ?? '-'} → ${to ?? '-'}`, error, optOutType, contentText(webhook)];
  }
  return [subject ?? '-', reason];
};

/** Wide enough for most types, so that lines align. Not so wide that a SID behind it exceeds 80 columns. */
const typeWidth = { min: 19, max: 30 };
const sidWidth = 34;

const typeText = ({ type, kind }: WebhookView): string => terminalText(type ?? kind).replace(/^com\.twilio\./, '');

/**
 * A webhook as one line for people: time (UTC), type, addresses or subject, and text.
 * @param isWide whether to add the id and to clip nothing, however wide the terminal is
 */
export const webhookLine = (
  webhook: WebhookView,
  { paint, terminalColumns = Infinity }: TableTerminal,
  isWide = false,
): string => {
  const time = webhook.receivedAt?.slice('YYYY-MM-DDT'.length, 'YYYY-MM-DDTHH:MM:SS'.length) ?? '--:--:--';
  const type = pad(isWide ? typeText(webhook) : clip(typeText(webhook), typeWidth.max), typeWidth.min);
  const details = [...detailsOf(webhook), isWide ? webhook.id : undefined].filter((each) => typeof each === 'string');
  const rest = details.map(terminalText).join('  ');
  const room = isWide ? Infinity : Math.max(terminalColumns - time.length - displayWidth(type) - 4, sidWidth);
  return `${paint.dim(time)}  ${paintOf(webhook, paint)(type)}  ${clip(rest, room)}`;
};
