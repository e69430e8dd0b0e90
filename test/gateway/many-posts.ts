import { Agent, request } from 'node:http';
import { encodeForm, formHeaders, smsForm, twilioSignature, type Form } from '../helpers/webhooks';

/** The outcome of one webhook; no status if the connection broke. */
export interface Posted {
  readonly messageSid: string;
  readonly status: number | undefined;
}

/** Posts `count` different signed messages over kept-alive connections, as Twilio does. */
export const postMany = async (
  url: string,
  options: {
    readonly count: number;
    readonly connections: number;
    readonly account: { readonly accountSid: string; readonly authToken: string };
    /** Called after every answer. */
    readonly onAnswer?: (answered: number) => void;
  },
): Promise<readonly Posted[]> => {
  const { count, connections, account } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const posted: Posted[] = [];
  let started = 0;
  let answered = 0;
  const work = async (): Promise<void> => {
    while (started < count) {
      started += 1;
      const form = smsForm({ AccountSid: account.accountSid, Body: `number ${started}` });
      const status = await post(agent, url, form, account.authToken);
      posted.push({ messageSid: String(form['MessageSid']), status });
      if (status !== undefined) options.onAnswer?.((answered += 1));
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
  agent.destroy();
  return posted;
};

const post = (agent: Agent, url: string, form: Form, authToken: string): Promise<number | undefined> =>
  new Promise((resolve) => {
    const body = encodeForm(form);
    const outgoing = request(
      url,
      {
        agent,
        method: 'POST',
        headers: {
          ...Object.fromEntries(formHeaders(twilioSignature(url, form, authToken))),
          'Content-Length': Buffer.byteLength(body),
        },
      },
      (incoming) => {
        incoming.resume();
        incoming.on('end', () => resolve(incoming.statusCode));
        incoming.on('error', () => resolve(undefined));
      },
    );
    outgoing.on('error', () => resolve(undefined));
    outgoing.end(body);
  });
