import { encodeForm } from '../../helpers/webhooks';
import { encodedWith, marker, without } from '../support/forms';
import { acceptedBecause, expectOtherReading, expectOutcome, expectSent, expectUnrecognized } from '../support/outcome';
import type { Scenario } from '../support/run-cases';

/** An unsigned parameter whose name is a property of every object. */
const unsignedParameter =
  (name: string): Scenario =>
  async (edge, testCase) => {
    const form = edge.sms();
    const value = marker('evil');
    edge.watch(value);
    await expectSent(edge, testCase, { form, body: encodedWith(form, `&${name}=${value}`) });
    // Signed, it is a parameter like any other.
    const item = await expectSent(
      edge,
      testCase,
      { form: { ...edge.sms(), [name]: value } },
      acceptedBecause('it was signed this time'),
    );
    expect(JSON.parse(item?.['params']?.S ?? '')).toMatchObject({ [name]: value });
  };

/** Cases of `ingress/form-body` about repeated, renamed and oddly named parameters. */
export const parameterScenarios: Readonly<Record<string, Scenario>> = {
  'ING-F-DUPDIFF': async (edge, testCase) => {
    const form = edge.sms();
    for (const body of [encodedWith(form, '&From=%2B15550109999'), `From=%2B15550109999&${encodeForm(form)}`]) {
      await expectSent(edge, testCase, { form, body });
    }
  },

  'ING-F-DUPSIGNED': async (edge, testCase) => {
    const send = (name: string) => {
      const form = edge.sms();
      return edge.send({ form: { ...form, [name]: [String(form[name]), `${String(form[name])}9`] } });
    };
    for (const name of ['From', 'AccountSid']) {
      const item = await expectOutcome(edge, testCase, await send(name));
      expect(item).toMatchObject({ accountSid: { S: edge.account.accountSid }, sk: { S: 'MESSAGE' } });
    }
    await expectUnrecognized(edge, testCase, await send('MessageSid'), 'message_sid_repeated');
  },

  'ING-F-REKEY': async (edge, testCase) => {
    const form = edge.sms();
    const body = encodeForm({ ...without(form, 'Body'), Bod: `y${String(form['Body'])}` });
    await expectSent(edge, testCase, { form });
    await expectOtherReading(edge, testCase, await edge.send({ form, body }));
  },

  'ING-F-REKEYSID': async (edge, testCase) => {
    const form = edge.sms();
    const body = encodeForm({ ...without(form, 'MessageSid'), MessageSi: `d${String(form['MessageSid'])}` });
    await expectSent(edge, testCase, { form });
    await expectOtherReading(edge, testCase, await edge.send({ form, body }));
  },

  'ING-F-KEY-constructor': unsignedParameter('constructor'),

  'ING-F-KEY-prototype': unsignedParameter('prototype'),

  'ING-F-KEY-hasOwnProperty': unsignedParameter('hasOwnProperty'),

  'ING-F-KEY-length': unsignedParameter('length'),
};
