import { setTimeout as sleep } from 'node:timers/promises';
import type { Assembly } from '../../../local/gateway';
import { sendRaw, twilioSignature } from '../../helpers/webhooks';
import { createFaultDecision } from './fault-rules';
import type { Exchange, History, Row, Standstill } from './history';
import type { Plan, PlannedRequest, Step } from './plan';
import { startWorld, type World } from './world';

/** As the connection overrides of the stack's outputs say: `rc=3&rp=4xx,5xx,ct,rt`. */
const deliveries = 4;
const retryPauseMs = 100;
/** Longer than anything is remembered: a secret is fresh for a second and served for another while it is read again. */
const secretForgottenMs = 2_400;
const quietWithinMs = 60_000;
/** Until only poison is left. */
const redrives = 4;

/** Plays a plan against a gateway of its own and tells what happened. */
export const play = async (plan: Plan, assembly: Assembly): Promise<History> => {
  const world = await startWorld({ assembly, account: plan.account });
  try {
    return await playIn(world, plan);
  } finally {
    await world.close();
  }
};

const playIn = async (world: World, plan: Plan): Promise<History> => {
  const decision = createFaultDecision(plan.faults, (action) => world.killCallerOf(action));
  for (const proxy of Object.values(world.proxies)) proxy.decide((call) => decision.decide(call));

  const twilio = createTwilio(world, plan);
  const requests = new Map(plan.requests.map((request) => [request.id, request]));
  const looks: Row[][] = [];
  const poison: string[] = [];
  const underWay = new Set<Promise<void>>();
  const settle = () => Promise.all(underWay);
  const start = (delivery: Promise<void>): void => {
    const watched: Promise<void> = delivery.finally(() => underWay.delete(watched));
    underWay.add(watched);
  };
  const request = (id: string): PlannedRequest => {
    const found = requests.get(id);
    if (found === undefined) throw new Error(`the plan has no request ${id}`);
    return found;
  };

  const take = async (step: Step): Promise<void> => {
    switch (step.kind) {
      case 'send':
        await sleep(step.afterMs);
        start(twilio.deliver(request(step.request)));
        return;
      case 'send-late':
        start(twilio.deliver(request(step.request), 'former'));
        return;
      case 'settle':
        await settle();
        return;
      case 'poison':
        poison.push(step.body);
        await world.putOnQueue(step.body);
        return;
      case 'rotate':
        await world.putToken(step.token, ['AWSPENDING']);
        await sleep(secretForgottenMs);
        twilio.signWith(step.token);
        return;
      case 'finish-rotation':
        await world.promotePending();
        await sleep(secretForgottenMs);
        return;
      case 'redrive':
        await world.redrive();
        return;
      case 'look':
        looks.push(await world.rows());
    }
  };
  for (const step of plan.steps) await take(step);
  await settle();
  const standstill = async (): Promise<Standstill> => {
    await world.gateway.settled(quietWithinMs);
    return { rows: await world.rows(), deadLetters: await world.deadLetters() };
  };
  // Still broken: what is denied until somebody mends it has to become a dead letter first.
  const quiet = await standstill();
  decision.heal();
  for (const proxy of Object.values(world.proxies)) proxy.release();
  const isPoison = (body: string): boolean => poison.includes(body);
  let final = quiet;
  for (let left = redrives; left > 0 && final.deadLetters.length > 0; left -= 1) {
    await world.redrive();
    final = await standstill();
    // A second of visibility may burn the five receives of a good message once more while the machine is busy.
    if (final.deadLetters.every(isPoison)) break;
  }
  return {
    plan,
    exchanges: twilio.exchanges,
    poison,
    looks,
    quiet,
    final,
    suspensions: [],
    log: world.gateway.logText(),
    secrets: [...twilio.signatures, ...secretsOf(plan)],
  };
};

/** Twilio as the gateway sees it: signs with its primary token, and delivers again what was not taken. */
const createTwilio = (world: World, plan: Plan) => {
  const exchanges: Exchange[] = [];
  const signatures = new Set<string>();
  let token = plan.account.authToken;
  let former = token;
  let count = 0;

  const signatureOf = (request: PlannedRequest, authToken: string): string | undefined => {
    const { query, form } = request.signed;
    const url = `${world.gateway.webhooks[request.route]}${query === '' ? '' : `?${query}`}`;
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
    const startedAt = Date.now();
    const answered = await sendRaw(
      `${world.gateway.webhooks[request.route]}${query === '' ? '' : `?${query}`}`,
      {
        headers: [
          ['Content-Type', contentType],
          ['User-Agent', 'TwilioProxy/1.1'],
          ...(signature === undefined ? [] : [['X-Twilio-Signature', signature] as const]),
        ],
        body,
      },
    ).catch(() => undefined);
    exchanges.push({
      request: request.id,
      status: answered?.status,
      sentAt,
      answeredAt: (count += 1),
      durationMs: Date.now() - startedAt,
    });
    return answered?.status;
  };

  return {
    exchanges,
    signatures,
    signWith: (next: string): void => {
      former = token;
      token = next;
    },
    deliver: async (request: PlannedRequest, by: 'current' | 'former' = 'current'): Promise<void> => {
      // Signed once: a delivery that is repeated during a rotation carries the signature that it had.
      const authToken = by === 'former' ? former : token;
      for (let left = deliveries; left > 0; left -= 1) {
        const status = await exchange(request, authToken);
        if (status !== undefined && status < 500) return;
        await sleep(retryPauseMs);
      }
    },
  };
};

/** What no log line may hold, apart from signatures. */
const secretsOf = (plan: Plan): string[] => [
  plan.account.authToken,
  plan.strangerToken,
  ...plan.steps.flatMap((step) => (step.kind === 'rotate' ? [step.token] : [])),
  ...plan.requests.flatMap(({ signed: { form }, sent }) => [
    ...[form['From'], form['To']].flatMap((number) => (number === undefined ? [] : [number.slice(1)])),
    ...(/text-[0-9a-f]{16}/.exec(`${form['Body'] ?? ''} ${sent.body}`) ?? []),
  ]),
];
