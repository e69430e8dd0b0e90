import { newMessageSid } from '../../helpers/webhooks';
import { newAccount } from '../support/test-gateway';
import { without } from '../support/forms';
import { acceptedBecause, expectOutcome, expectSent, expectUnrecognized, mismatchBecause } from '../support/outcome';
import { runCases } from '../support/run-cases';

/** The second account that the functions are configured for. */
const tenantB = newAccount();

runCases(
  'ingress/tenancy',
  {
    'ING-T-OTHERACC': async (edge, testCase) => {
      const unknown = edge.sms({ AccountSid: newAccount().accountSid });
      await expectSent(edge, testCase, { form: unknown });
      await expectSent(
        edge,
        testCase,
        { form: edge.sms({ AccountSid: tenantB.accountSid }) },
        {
          reason: 'signature_mismatch',
          because: 'this account is configured, so the token is wrong',
        },
      );
    },

    'ING-T-SWAP': async (edge, testCase) => {
      const own = edge.sms({ AccountSid: tenantB.accountSid });
      const signedByB = (form: typeof own) =>
        edge.send({ form, signature: edge.sign(edge.publicUrl('messages'), form, tenantB.authToken) });
      const item = await expectOutcome(
        edge,
        testCase,
        await signedByB(own),
        acceptedBecause("tenant B's token is configured, and valid for tenant B"),
      );
      expect(item?.['accountSid']).toEqual({ S: tenantB.accountSid });
      await expectOutcome(edge, testCase, await signedByB(edge.sms()));
    },

    'ING-T-MISSINGACC': async (edge, testCase) => {
      const form = without(edge.sms(), 'AccountSid');
      const item = await expectSent(edge, testCase, { form });
      expect(item?.['accountSid']).toEqual({ S: edge.account.accountSid });
      const signature = edge.sign(edge.publicUrl('messages'), form, tenantB.authToken);
      const ofB = await expectSent(edge, testCase, { form, signature });
      expect(ofB?.['accountSid']).toEqual({ S: tenantB.accountSid });
      const stranger = edge.sign(edge.publicUrl('messages'), form, newAccount().authToken);
      await expectSent(
        edge,
        testCase,
        { form, signature: stranger },
        mismatchBecause('no configured account signed it'),
      );
    },

    'ING-T-FORMAT': async (edge, testCase) => {
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
        const item = await expectOutcome(edge, testCase, exchange);
        expect(item).toMatchObject({ accountSid: { S: accountSid }, sk: { S: 'MESSAGE' } });
      }
      const sid = newMessageSid();
      for (const value of ['SM\u0000', `${sid}\u0000`, `../${sid}`, `XX${sid.slice(2)}`, 'S'.repeat(5 * 1024)]) {
        const exchange = await edge.send({ form: edge.sms({ MessageSid: value }) });
        await expectUnrecognized(edge, testCase, exchange, 'message_sid_malformed');
      }
      // Malformed values are neither used as secret ids nor logged.
      const asked = edge.secretsManager.requests.map(({ body }) => JSON.parse(body) as { SecretId: string });
      expect(asked.every(({ SecretId }) => SecretId.startsWith('arn:aws:secretsmanager:'))).toBe(true);
      expect(edge.log.text()).not.toContain('../');
      expect(edge.log.text()).not.toContain('A'.repeat(100));
    },
  },
  { otherAccounts: [tenantB] },
);
