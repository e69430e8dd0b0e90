import { encodeForm } from '../../helpers/webhooks';
import type { Edge } from '../support/test-gateway';
import type { AdversarialCase } from '../support/cases';
import { without } from '../support/forms';
import {
  acceptedBecause,
  expectGatewayAnswer,
  expectOtherReading,
  expectOutcome,
  expectSent,
  mismatchBecause,
} from '../support/outcome';
import { runCases } from '../support/run-cases';

/** Accepted if signed over its exact bytes, and stored unchanged. */
const expectVerbatim = async (edge: Edge, testCase: AdversarialCase, query: string) => {
  const item = await expectSent(edge, testCase, { query });
  expect(item?.['query']).toEqual({ S: query });
};

/** Sends a request whose signature covers another spelling of its query. */
const sendRespelled = async (edge: Edge, query: string, signedQuery: string) => {
  const form = edge.sms();
  return edge.send({ query, form, signature: edge.sign(edge.publicUrl('messages', signedQuery), form) });
};

const expectRejected = async (edge: Edge, testCase: AdversarialCase, query: string, signedQuery: string) => {
  await expectOutcome(
    edge,
    testCase,
    await sendRespelled(edge, query, signedQuery),
    mismatchBecause(`${signedQuery} was signed, and it is another URL`),
  );
};

/**
 * Twilio does not always sign a query as it sends it, so some other spellings of the same parameters are accepted,
 * among them that of Node's `querystring`, which Twilio's test vectors require. The received spelling is stored.
 */
const expectOtherSpelling = async (edge: Edge, testCase: AdversarialCase, query: string, signedQuery: string) => {
  const item = await expectOutcome(edge, testCase, await sendRespelled(edge, query, signedQuery));
  expect(item?.['query']).toEqual({ S: query });
};

/** The genuine form without its account, and the account as it occurs in the signed text. */
const withoutAccount = (edge: Edge) => {
  const form = edge.sms();
  return {
    form,
    body: encodeForm(without(form, 'AccountSid')),
    glued: `AccountSid${edge.account.accountSid}`,
  };
};

runCases('ingress/query', {
  'ING-Q-EXTRA': async (edge, testCase) => {
    const form = edge.sms();
    const signature = edge.sign(edge.publicUrl('messages'), form);
    await expectSent(edge, testCase, { form, signature, query: 'debug=1' });
  },

  'ING-Q-ORDER': async (edge, testCase) => {
    await expectVerbatim(edge, testCase, 'b=2&a=1');
    // Twilio has been seen to sort a query between signing and sending it.
    await expectOtherSpelling(edge, testCase, 'a=1&b=2', 'b=2&a=1');
    await expectOtherSpelling(edge, testCase, 'b=2&a=1', 'a=1&b=2');
    await expectRejected(edge, testCase, 'b=2&a=1', 'b=1&a=2');
  },

  'ING-Q-PLUS': async (edge, testCase) => {
    await expectVerbatim(edge, testCase, 'n=a+b');
    await expectVerbatim(edge, testCase, 'n=a%20b');
    await expectOtherSpelling(edge, testCase, 'n=a%20b', 'n=a+b');
    await expectOtherSpelling(edge, testCase, 'n=a+b', 'n=a%20b');
    await expectRejected(edge, testCase, 'n=a+b', 'n=a%2Bb');
  },

  'ING-Q-APOS': async (edge, testCase) => {
    await expectVerbatim(edge, testCase, "n=it's");
    await expectRejected(edge, testCase, "n=it's", 'n=its');
  },

  'ING-Q-EMPTYVAL': async (edge, testCase) => {
    await expectVerbatim(edge, testCase, 'flag');
    await expectVerbatim(edge, testCase, 'flag=');
    await expectRejected(edge, testCase, 'flag=', 'flag');
    await expectOtherSpelling(edge, testCase, 'flag', 'flag=');
  },

  'ING-Q-BADPCT': async (edge, testCase) => {
    const query = 'x=%ZZ&y=%';
    await expectSent(
      edge,
      testCase,
      { query, signature: null },
      {
        reason: 'signature_missing',
        level: 'warn',
        because: 'without a signature nothing is parsed',
      },
    );
    const item = await expectSent(edge, testCase, { query }, acceptedBecause('it is signed, and is stored unchanged'));
    expect(item?.['query']).toEqual({ S: query });
  },

  'ING-Q-GLUE': async (edge, testCase) => {
    const { form, body, glued } = withoutAccount(edge);
    const signature = edge.sign(edge.publicUrl('messages', 'x=1'), form);
    await expectSent(edge, testCase, { query: 'x=1', form, signature });
    const cut = await edge.send({ query: `x=1${glued}`, form, body, signature });
    await expectOtherReading(edge, testCase, cut);
  },

  'ING-Q-PATHGLUE': async (edge, testCase) => {
    const { form, body, glued } = withoutAccount(edge);
    const signature = edge.sign(edge.publicUrl('messages'), form);
    await expectGatewayAnswer(edge, testCase, await edge.send({ path: `/messages${glued}`, form, body, signature }));
  },
});
