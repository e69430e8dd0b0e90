import { DeleteSecretCommand } from '@aws-sdk/client-secrets-manager';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TwilioAccount } from '../../../local/accounts';
import type { AdversarialCase } from '../support/cases';
import { newAccount, type Edge, type EdgeOptions } from '../support/test-gateway';
import { until } from '../support/edge-log';
import { marker } from '../support/forms';
import {
  acceptedBecause,
  expectAnswer,
  expectOutcome,
  expectSent,
  mismatchBecause,
  type Deviation,
} from '../support/outcome';
import { runCases, withEdge, type Scenario } from '../support/run-cases';

/** A cold gateway whose secret, or the access to it, is broken before the first request. */
const whenBroken =
  (...breakages: readonly ((edge: Edge) => Promise<void> | void)[]): Scenario =>
  async (_edge, testCase) => {
    for (const breakSecret of breakages) {
      await withEdge({}, async (edge) => {
        await breakSecret(edge);
        await expectSent(edge, testCase);
        expect(await edge.log.counted('ConfigError', 1)).toBe(1);
      });
    }
  };

const failReadsWith = (type: string) => (edge: Edge) =>
  edge.secretsManager.decide(() => ({ kind: 'error', status: 400, type }));

/** Another token of the same account. */
const newTokenOf = (edge: Edge): TwilioAccount => ({
  accountSid: edge.account.accountSid,
  authToken: newAccount().authToken,
});

const signedWith = (edge: Edge, { authToken }: TwilioAccount) => {
  const form = edge.sms();
  return edge.send({ form, signature: edge.sign(edge.publicUrl('messages'), form, authToken) });
};

const expectSlot = async (edge: Edge, testCase: AdversarialCase, account: TwilioAccount, tokenSlot: string) => {
  const exchange = await signedWith(edge, account);
  const line = await expectAnswer(edge, testCase, exchange, acceptedBecause(`the ${tokenSlot} token is valid`));
  // The usual slot is left out.
  expect(line['tokenSlot'] ?? 'current').toBe(tokenSlot);
  await edge.expectEffects({ queued: 1, stored: 1 });
};

const rejected: Deviation = mismatchBecause('the token is not valid any more, or was never valid');

const hasLine = (edge: Edge, id: string): boolean =>
  edge.log.lines().some(({ service, requestId }) => service === 'ingress' && requestId === id);

/** The shortest TTL, one second. */
const shortLived: EdgeOptions = { environment: { SECRET_TTL_SECONDS: '1' } };
/** Longer than twice the TTL with its jitter: then requests wait for a read. */
const pastTtlMs = 2_400;

const warmThenOutage = async (edge: Edge, testCase: AdversarialCase): Promise<void> => {
  await expectSent(edge, testCase);
  edge.secretsManager.decide(() => ({ kind: 'error', status: 500, type: 'InternalServiceError' }));
};

runCases('ingress/credentials', {
  'ING-K-MISSING': whenBroken(
    async ({ gateway }) => {
      await gateway.secretsManager.send(
        new DeleteSecretCommand({
          SecretId: gateway.gateway.state.secretIds[0],
          ForceDeleteWithoutRecovery: true,
        }),
      );
    },
    async ({ gateway }) => {
      await gateway.secretsManager.send(
        new DeleteSecretCommand({ SecretId: gateway.gateway.state.secretIds[0], RecoveryWindowInDays: 7 }),
      );
    },
  ),

  'ING-K-DENIED': whenBroken(failReadsWith('AccessDeniedException'), failReadsWith('DecryptionFailure')),

  'ING-K-PLACEHOLDER': whenBroken(
    // As the stack creates it: the template's text and a random password.
    (edge) => edge.putSecret({ accountSid: 'CHANGE_ME', authToken: newAccount().authToken }),
    (edge) => edge.putSecret({ accountSid: edge.account.accountSid, authToken: 'CHANGE_ME' }),
    (edge) => edge.putSecret('CHANGE_ME'),
  ),

  'ING-K-OUTAGE-WARM': (_edge, testCase) =>
    withEdge(shortLived, (patient) =>
      withEdge({ environment: { SECRET_TTL_SECONDS: '1', SECRET_MAX_STALE_SECONDS: '1' } }, async (impatient) => {
        await warmThenOutage(patient, testCase);
        await warmThenOutage(impatient, testCase);
        await sleep(pastTtlMs);
        const exchange = await patient.send();
        expect(await expectAnswer(patient, testCase, exchange)).toMatchObject({ staleSecret: true });
        await patient.expectEffects({ queued: 1, stored: 1 });
        expect(await patient.log.counted('StaleSecretUsed', 1)).toBe(1);
        await expectSent(
          impatient,
          testCase,
          {},
          {
            status: 503,
            reason: 'credentials_unavailable',
            level: 'error',
            because: 'the cached token is too old, and without a token the request may be genuine',
          },
        );
        impatient.secretsManager.reset();
        await expectSent(impatient, testCase);
      }),
    ),

  'ING-K-STORM': async (edge, testCase) => {
    const signature = Buffer.alloc(20, 1).toString('base64');
    const storm = () => Promise.all(Array.from({ length: 100 }, () => edge.send({ signature })));
    const exchanges = [...(await storm()), ...(await storm())];
    expect(new Set(exchanges.map(({ status }) => status))).toEqual(new Set([403]));
    // Only a sample of these rejections is logged.
    const logged = await until('a rejection of the storm in the log', () =>
      exchanges.find(({ requestId }) => hasLine(edge, requestId)),
    );
    await expectAnswer(edge, testCase, logged);
    await edge.expectEffects({ queued: 0, stored: 0 });
    // At most four environments. Each reads the secret when it is cold and after one poll, together with the pending
    // and previous tokens.
    const currentReads = edge.secretsManager.requests.filter(({ body }) => body.includes('AWSCURRENT'));
    expect(currentReads.length).toBeLessThanOrEqual(4 * 2);
    expect(edge.secretsManager.calls.length).toBeLessThanOrEqual(4 * 2 * 3);
  },

  'ING-K-PENDING': async (_edge, testCase) => {
    await withEdge({}, async (edge) => {
      const pending = newTokenOf(edge);
      await expectSlot(edge, testCase, edge.account, 'current');
      await edge.putSecret(pending, ['AWSPENDING']);
      await expectSlot(edge, testCase, pending, 'pending');
      await expectSlot(edge, testCase, edge.account, 'current');
    });
    await withEdge({}, async (edge) => {
      await expectOutcome(edge, testCase, await signedWith(edge, newTokenOf(edge)), rejected);
    });
  },

  'ING-K-REVOKED': async (_edge, testCase) => {
    await withEdge({}, async (edge) => {
      const [previous, current] = [newTokenOf(edge), newTokenOf(edge)];
      await edge.putSecret(previous);
      await edge.putSecret(current);
      await expectSlot(edge, testCase, current, 'current');
      await expectSlot(edge, testCase, previous, 'previous');
      await expectOutcome(edge, testCase, await signedWith(edge, edge.account), rejected);
    });
    await withEdge({ environment: { PREVIOUS_TOKEN_SECONDS: '1' } }, async (edge) => {
      const current = newTokenOf(edge);
      await edge.putSecret(current);
      await sleep(1_100);
      await expectOutcome(edge, testCase, await signedWith(edge, edge.account), rejected);
      await expectSlot(edge, testCase, current, 'current');
    });
  },

  'ING-K-CACHEKEY': (_edge, testCase) =>
    withEdge({}, async (edge) => {
      const current = newTokenOf(edge);
      await edge.putSecret(current);
      for (let round = 0; round < 2; round += 1) {
        await expectSlot(edge, testCase, current, 'current');
        await expectSlot(edge, testCase, edge.account, 'previous');
      }
      const never = { accountSid: edge.account.accountSid, authToken: marker('never') };
      await expectOutcome(edge, testCase, await signedWith(edge, never), rejected);
    }),
});
