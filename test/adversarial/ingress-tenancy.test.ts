import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { devAssembly } from '../helpers/assembly';
import { newMessageSid } from '../helpers/webhooks';
import { newAccount, type Edge } from './support/edge';
import { without } from './support/forms';
import { expectOutcome, type Deviation } from './support/outcome';
import { runArea } from './support/run-area';
import { accountSecretArn, secretArn } from '../helpers/stack-facts';

/** The second account that the functions are configured for; its secret is made by the first case. */
const tenantB = newAccount();
const tenantBSecret = 'tenant-b';

const createTenantB = async (edge: Edge): Promise<void> => {
  edge.watch(tenantB.authToken);
  await edge.gateway.secretsManager.send(
    new CreateSecretCommand({ Name: tenantBSecret, SecretString: JSON.stringify(tenantB) }),
  );
};

const malformed = (field: string): Deviation => ({
  status: 400,
  reason: 'malformed_request',
  level: 'error',
  because: `the token proves it genuine, but its ${field} is none`,
});

runArea(
  'ingress/tenancy',
  {
    'ING-T-OTHERACC': async (edge, one) => {
      await createTenantB(edge);
      const unknown = edge.sms({ AccountSid: newAccount().accountSid });
      await expectOutcome(edge, one, await edge.send({ form: unknown }));
      await expectOutcome(
        edge,
        one,
        await edge.send({ form: edge.sms({ AccountSid: tenantB.accountSid }) }),
        {
          reason: 'signature_mismatch',
          because: 'this account is configured, so what is wrong is the token',
        },
      );
    },

    'ING-T-SWAP': async (edge, one) => {
      const own = edge.sms({ AccountSid: tenantB.accountSid });
      const signedByB = (form: typeof own) =>
        edge.send({ form, signature: edge.sign(edge.publicUrl('messages'), form, tenantB.authToken) });
      const item = await expectOutcome(edge, one, await signedByB(own), {
        status: 200,
        reason: 'accepted',
        level: 'info',
        because: "tenant B's token is known, and good for tenant B",
      });
      expect(item?.['accountSid']).toEqual({ S: tenantB.accountSid });
      await expectOutcome(edge, one, await signedByB(edge.sms()));
    },

    'ING-T-MISSINGACC': async (edge, one) => {
      const form = without(edge.sms(), 'AccountSid');
      await expectOutcome(edge, one, await edge.send({ form }), {
        reason: 'missing_required_field',
        because: 'the reason names what was found: there is no AccountSid',
      });
    },

    'ING-T-FORMAT': async (edge, one) => {
      const { accountSid } = edge.account;
      const accounts = [
        '../../x',
        accountSid.toLowerCase(),
        accountSid.slice(0, -1),
        `${accountSid}0`,
        `${accountSid}\n`,
        'A'.repeat(5 * 1024),
        '',
      ];
      for (const value of accounts) {
        const exchange = await edge.send({ form: edge.sms({ AccountSid: value }) });
        await expectOutcome(edge, one, exchange, malformed('AccountSid'));
      }
      const sid = newMessageSid();
      for (const value of [
        'SM\u0000',
        `${sid}\u0000`,
        `../${sid}`,
        `XX${sid.slice(2)}`,
        'S'.repeat(5 * 1024),
      ]) {
        const exchange = await edge.send({ form: edge.sms({ MessageSid: value }) });
        await expectOutcome(edge, one, exchange, malformed('MessageSid'));
      }
      // They named nothing: no secret was asked for by them, and no log line has them.
      const asked = edge.secretsManager.requests.map(({ body }) => JSON.parse(body) as { SecretId: string });
      expect(asked.every(({ SecretId }) => SecretId.startsWith('arn:aws:secretsmanager:'))).toBe(true);
      expect(edge.log.text()).not.toContain('../');
      expect(edge.log.text()).not.toContain('A'.repeat(100));
    },
  },
  {
    environment: { ACCOUNT_SECRET_ARNS: [accountSecretArn(devAssembly()), secretArn(tenantBSecret)].join() },
  },
);
