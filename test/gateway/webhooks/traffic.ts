import { newMessageSid, postForm, smsForm } from '../../helpers/webhooks';
import type { WebhookTarget } from './target';

export interface SentMessage {
  readonly messageSid: string;
  readonly body: string;
  /** One per attempt; `'none'` where no answer came. */
  readonly answers: readonly (number | 'none')[];
}

/** As the webhook URLs ask Twilio to with `rc=3&rp=4xx,5xx,ct,rt`. */
const retries = 3;

const deliver = async (target: WebhookTarget, messageSid: string, body: string): Promise<SentMessage> => {
  const { accountSid, authToken } = target.account;
  const form = smsForm({ AccountSid: accountSid, MessageSid: messageSid, Body: body });
  const answers: (number | 'none')[] = [];
  for (let attempt = 0; attempt <= retries; attempt += 1) {
    const answer = await postForm(target.webhooks.messages, form, { authToken }).then(
      ({ status }) => status,
      () => 'none' as const,
    );
    answers.push(answer);
    if (answer !== 'none' && answer < 500) break;
  }
  return { messageSid, body, answers };
};

/**
 * Sends different messages, `atOnce` at a time, and retries each as Twilio would.
 * @param more called before each message with the number of messages begun; false ends the sending
 */
export const sendMessages = async (
  target: WebhookTarget,
  options: { readonly atOnce: number; readonly more: (begun: number) => boolean },
): Promise<readonly SentMessage[]> => {
  const sent: SentMessage[] = [];
  let begun = 0;
  const work = async (): Promise<void> => {
    while (options.more(begun)) {
      begun += 1;
      sent.push(await deliver(target, newMessageSid(), `number ${begun}`));
    }
  };
  await Promise.all(Array.from({ length: options.atOnce }, work));
  return sent;
};
