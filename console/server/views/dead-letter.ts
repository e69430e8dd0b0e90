import { openLetter } from '../../../cli/dead-letters/event-letter';
import type { OpenedDeadLetter } from '../../../cli/dead-letters/dead-letters';
import type { ReceivedMessage } from '../../../cli/clients/ports';
import { isObject, parseJson, textIn } from '../../../cli/json-fields';
import { parseForm } from '../../../lambda/shared/payload/form';
import type { DeadLetterList } from '../../api';

type DeadLetterView = DeadLetterList['deadLetters'][number];

/** Longer ones are cut: the page shows a list. */
const maxBody = 16_384;

/** The parameters that say what a webhook is about, most precise first. */
const subjects = ['MessageSid', 'CallSid', 'ConversationSid', 'TaskSid', 'UsageTriggerSid', 'Sid'];

export const deadLetterView = (queue: string, message: ReceivedMessage): DeadLetterView => {
  const opened = openLetter(queue, message);
  const { id, sentAt, receiveCount, reason } = opened.summary;
  const body = opened.envelope?.body.toString('utf8') ?? opened.message;
  return {
    id,
    sentAt,
    receiveCount,
    reason,
    subject: subjectOf(opened),
    body: body.length > maxBody ? `${body.slice(0, maxBody)}…` : body,
  };
};

const subjectOf = ({ envelope, summary, message }: OpenedDeadLetter): string | null => {
  if (envelope === undefined) {
    const event = parseJson(message);
    return (isObject(event) ? textIn(event, 'subject') : undefined) ?? summary.eventId;
  }
  const params = parseForm(envelope.body);
  const found = subjects.map((name) => params[name]).find((value) => typeof value === 'string' && value !== '');
  return typeof found === 'string' ? found : summary.eventId;
};
