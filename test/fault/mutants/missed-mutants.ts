import { patch, type Mutant } from './mutant';

const missing = ['everything Twilio has is stored'] as const;

/** Bugs of the reconciler and of the fallback lane. */
export const missedMutants: readonly Mutant[] = [
  {
    name: 'takes only the first page of a list',
    breaks: missing,
    withinSeeds: 3,
    patches: [
      patch(
        'shared/reconciliation/reconcile.ts',
        '...followingPage(cycle, isOver ? undefined : page.nextPage, reconciliation),',
        '...followingPage(cycle, undefined, reconciliation),',
      ),
    ],
  },
  {
    name: 'asks for the messages until the time of its own clock',
    breaks: missing,
    patches: [
      patch(
        'reconciler/reconciler.ts',
        'newCycle(new Date(now() - windowHours * hourMs), new Date(now() + hourMs))',
        'newCycle(new Date(now() - windowHours * hourMs), new Date(now()))',
      ),
    ],
  },
  {
    name: 'knows by its own clock which messages have settled',
    breaks: missing,
    patches: [patch('shared/reconciliation/reconcile.ts', '(page.at ?? now()).getTime()', 'now().getTime()')],
  },
  {
    name: 'counts a message as missed again in each cycle that misses it',
    breaks: ['missed webhooks are counted exactly'],
    patches: [
      patch(
        'reconciler/reconciler.ts',
        'if (!(await cycles.recordMissed(accountSid, eventId, signal))) continue;',
        'await cycles.recordMissed(accountSid, eventId, signal);',
      ),
    ],
  },
  {
    name: 'keeps the content of a backfill when the webhook arrives',
    breaks: ['webhooks win over backfills'],
    withinSeeds: 3,
    patches: [patch('consumer/aws/dynamodb-event-store.ts', ': [...isLater, isBackfill];', ': isLater;')],
  },
  {
    name: "lets a backfill replace a webhook's content",
    breaks: ['webhooks win over backfills'],
    patches: [
      patch(
        'consumer/aws/dynamodb-event-store.ts',
        'isLater.map((later) => `${isBackfill} AND ${later}`)',
        '[...isLater]',
      ),
    ],
  },
  {
    name: 'stores what comes through the lane, whoever signed it',
    breaks: ['forged requests leave no row'],
    withinSeeds: 3,
    patches: [
      patch(
        'fallback/fallback.ts',
        "import { describeError } from '../shared/runtime/describe-error';",
        `import { describeError } from '../shared/runtime/describe-error';
import { eventIdOf, signedTextHash } from '../shared/payload/event-id';
import { parseForm } from '../shared/payload/form';
import { readParams } from '../shared/payload/reading';
import { checkBeforeVerification } from '../shared/webhook/early-checks';`,
      ),
      patch(
        'fallback/fallback.ts',
        "if ('rejection' in checked) return decline(",
        `const received = checkBeforeVerification(rebuilt, {});
    if ('rejection' in checked && !('rejection' in received)) {
      const params = parseForm(received.body);
      const reading = readParams('message', params);
      const textHash = signedTextHash(received.body.toString());
      const accountSid = String(params['AccountSid']);
      const signer = { accountSid, tokenSlot: 'current', signedText: '', stale: false } as const;
      const webhook = { ...signer, reading, signedTextHash: textHash, eventId: eventIdOf(reading, textHash), params };
      await forward(ports, record, rebuilt, { received, webhook, staleSecret: false }, signal);
      return 'done';
    }
    if ('rejection' in checked) return decline(`,
      ),
    ],
  },
];

/** Bugs of the lane's consumer that lose a message. */
export const laneMutants: readonly Mutant[] = [
  {
    name: 'deletes a request of the lane while it cannot read a secret',
    breaks: ['acknowledged webhooks are stored'],
    patches: [
      patch(
        'fallback/fallback.ts',
        "detail: [rejection.reason, fields.detail].join(': ') });\n    return 'failed';",
        "detail: [rejection.reason, fields.detail].join(': ') });\n    return 'done';",
      ),
    ],
  },
  {
    name: 'deletes a request of the lane that SQS did not take',
    breaks: ['acknowledged webhooks are stored'],
    patches: [
      patch(
        'fallback/fallback.ts',
        "reportFailure(ports, record, request, describeError(error));\n    return 'failed';",
        "reportFailure(ports, record, request, describeError(error));\n    return 'done';",
      ),
    ],
  },
];
