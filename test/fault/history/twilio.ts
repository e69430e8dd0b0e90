import { setTimeout as sleep } from 'node:timers/promises';
import { sendRaw, twilioSignature } from '../../helpers/webhooks';
import type { Exchange } from './history';
import type { Plan, PlannedRequest } from './plan';
import type { FaultGateway } from './fault-gateway';

/** As the connection overrides of the stack's outputs say: `rc=3&rp=5xx,ct,rt`. */
const deliveries = 4;
const retryPauseMs = 100;
/** Longer, because a gateway that accepts nothing after all faults have ended should not get hundreds of requests. */
const finalPauseMs = 500;
/** As many as the local gateway has execution environments: as on Lambda, no request waits for one. */
const connections = 4;

/** An exchange without the stall measurements, which are known later. */
export type RawExchange = Omit<Exchange, 'stalledMs' | 'starved'>;

/** Twilio as the gateway sees it: signs with its primary token, and delivers again what was not accepted. */
export interface Twilio {
  readonly exchanges: readonly RawExchange[];
  readonly signatures: ReadonlySet<string>;
  /** The next position in the count of everything that is sent and answered. */
  position(): number;
  signWith(token: string): void;
  deliver(request: PlannedRequest, token?: 'current' | 'former'): Promise<void>;
  /** Delivers repeatedly, until it is accepted or the time is over. */
  deliverUntil(request: PlannedRequest, untilMs: number): Promise<void>;
}

export const createTwilio = ({ gateway }: FaultGateway, plan: Plan): Twilio => {
  const exchanges: RawExchange[] = [];
  const signatures = new Set<string>();
  const connection = createLimit(connections);
  let token = plan.account.authToken;
  let former = token;
  let count = 0;

  const signatureOf = (request: PlannedRequest, authToken: string): string | undefined => {
    const { query, form } = request.signed;
    const url = `${gateway.webhooks[request.route]}${query === '' ? '' : `?${query}`}`;
    switch (request.signer) {
      case 'account':
        return twilioSignature(url, form, authToken);
      case 'stranger':
        return twilioSignature(url, form, plan.strangerToken);
      case 'garbage':
        return `${'x'.repeat(27)}=`;
      case 'nobody':
        return undefined;
    }
  };

  const exchange = async (request: PlannedRequest, authToken: string): Promise<number | undefined> => {
    const signature = signatureOf(request, authToken);
    if (signature !== undefined) signatures.add(signature);
    const { query, contentType, body } = request.sent;
    const sentAt = (count += 1);
    const startedAtMs = Date.now();
    const answered = await sendRaw(`${gateway.webhooks[request.route]}${query === '' ? '' : `?${query}`}`, {
      headers: [
        ['Content-Type', contentType],
        ['User-Agent', 'TwilioProxy/1.1'],
        ...(signature === undefined ? [] : [['X-Twilio-Signature', signature] as const]),
      ],
      body,
    }).catch(() => undefined);
    exchanges.push({
      request: request.id,
      status: answered?.status,
      sentAt,
      answeredAt: (count += 1),
      startedAtMs,
      durationMs: Date.now() - startedAtMs,
    });
    return answered?.status;
  };

  const deliver = async (
    request: PlannedRequest,
    authToken: string,
    pauseMs: number,
    isEnough: (sent: number) => boolean,
  ): Promise<void> => {
    for (let sent = 1; ; sent += 1) {
      const status = await connection(() => exchange(request, authToken));
      if ((status !== undefined && status < 500) || isEnough(sent)) return;
      await sleep(pauseMs);
    }
  };

  return {
    exchanges,
    signatures,
    position: () => (count += 1),
    signWith: (next) => {
      former = token;
      token = next;
    },
    // The token is chosen once: a retry during a rotation carries its first signature.
    deliver: (request, by = 'current') =>
      deliver(request, by === 'former' ? former : token, retryPauseMs, (sent) => sent === deliveries),
    deliverUntil: (request, untilMs) => deliver(request, token, finalPauseMs, () => Date.now() > untilMs),
  };
};

/** At most `atOnce` run at a time; the others wait. */
const createLimit = (atOnce: number): (<T>(work: () => Promise<T>) => Promise<T>) => {
  let free = atOnce;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
};
