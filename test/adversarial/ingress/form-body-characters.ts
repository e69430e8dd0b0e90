import { encodeForm } from '../../helpers/webhooks';
import type { AdversarialCase } from '../support/cases';
import type { Edge } from '../support/test-gateway';
import { encodedWith, without } from '../support/forms';
import { acceptedBecause, expectSent, mismatchBecause } from '../support/outcome';
import type { Scenario } from '../support/run-cases';

/** Accepted, and its text stored unchanged: not trimmed, normalised or cut. */
const expectStoredText = async (edge: Edge, testCase: AdversarialCase, text: string) => {
  const item = await expectSent(edge, testCase, { form: edge.sms({ Body: text }) });
  expect(item?.['body']).toEqual({ S: text });
};

/** A body whose bytes are not UTF-8: `Body` is read as `text`, never as Latin-1. */
const expectBytesReadAs = async (
  edge: Edge,
  testCase: AdversarialCase,
  bytes: string,
  text: string,
  latin1: string,
) => {
  const rest = without(edge.sms(), 'Body');
  const body = encodedWith(rest, `&Body=${bytes}`);
  const item = await expectSent(edge, testCase, { form: { ...rest, Body: text }, body });
  expect(item?.['body']).toEqual({ S: text });
  await expectSent(
    edge,
    testCase,
    { form: { ...rest, Body: latin1 }, body },
    mismatchBecause('bytes that are not UTF-8 have one reading only'),
  );
};

/** Cases of `ingress/form-body` about bytes and characters. */
export const characterScenarios: Readonly<Record<string, Scenario>> = {
  'ING-F-UTF8BAD': (edge, testCase) => expectBytesReadAs(edge, testCase, '%FF%FE', '\ufffd\ufffd', 'ÿþ'),

  'ING-F-SURR': (edge, testCase) =>
    expectBytesReadAs(edge, testCase, '%ED%A0%80', '\ufffd\ufffd\ufffd', 'í\u00a0\u0080'),

  'ING-F-CTRL': (edge, testCase) => expectStoredText(edge, testCase, '\u0000\u0007\u001b[2J\u2028\u0085\uffff'),

  'ING-F-EMOJI': (edge, testCase) =>
    expectStoredText(edge, testCase, '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}\u202ee\u0301'),

  'ING-F-BOM': async (edge, testCase) => {
    const form = edge.sms();
    const body = `\ufeff${encodeForm(form)}`;
    await expectSent(
      edge,
      testCase,
      { form, body },
      mismatchBecause('the mark belongs to the first name, so there is no AccountSid, and no account signed it'),
    );
    const { AccountSid: accountSid = '', ...rest } = form;
    await expectSent(
      edge,
      testCase,
      { form: { ...rest, '\ufeffAccountSid': accountSid }, body },
      acceptedBecause("signed with the mark in the name, it is verified by its account's token"),
    );
  },

  'ING-F-WS': (edge, testCase) => expectStoredText(edge, testCase, '  hi\n '),

  'ING-F-BADPCT': async (edge, testCase) => {
    const form = edge.sms({ Body: '100%' });
    const body = encodeForm(form).replace('100%25', '100%');
    expect(body).toMatch(/100%&|100%$/);
    const item = await expectSent(edge, testCase, { form, body });
    expect(item?.['body']).toEqual({ S: '100%' });
  },

  'ING-F-SEMI': async (edge, testCase) => {
    await expectStoredText(edge, testCase, 'a;b;c');
    const form = edge.sms({ Body: 'a;b;c' });
    const body = encodeForm(form).replaceAll('%3B', ';');
    const item = await expectSent(edge, testCase, { form, body });
    expect(item?.['body']).toEqual({ S: 'a;b;c' });
  },
};
