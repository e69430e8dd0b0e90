import { createHash } from 'node:crypto';
import type { Edge } from '../support/test-gateway';
import { acceptedBecause, expectSent, expectUnrecognized, type Deviation } from '../support/outcome';
import type { AdversarialCase } from '../support/cases';
import { runCases } from '../support/run-cases';
import type { EdgeRequest } from '../support/sender';

const hashOf = (body: string): string => createHash('sha256').update(body).digest('hex');

/** A JSON webhook: the signature covers only the URL, whose query has the hash of the body. */
const json = (body: string, query = `bodySHA256=${hashOf(body)}`): EdgeRequest => ({
  route: 'events',
  contentType: 'application/json',
  query,
  form: {},
  body,
});

const accepted: Deviation = acceptedBecause('/events needs no TwiML, so the response has no content', 204);

const expectStoredPayload = async (edge: Edge, testCase: AdversarialCase, body: string) => {
  const item = await expectSent(edge, testCase, json(body), accepted);
  expect(item?.['payload']).toEqual({ S: body });
};

runCases('ingress/json', {
  'ING-J-OK': (edge, testCase) => expectStoredPayload(edge, testCase, '{"a":1}'),

  'ING-J-BADHASH': async (edge, testCase) => {
    await expectSent(edge, testCase, json('{"a":2}', `bodySHA256=${hashOf('{"a":1}')}`));
  },

  'ING-J-SUBSTR': async (edge, testCase) => {
    const body = '{"a":1}';
    for (const query of [`xbodySHA256=${hashOf(body)}`, `x=bodySHA256=${hashOf(body)}`, '']) {
      await expectSent(edge, testCase, json(body, query));
    }
  },

  'ING-J-TWOHASH': async (edge, testCase) => {
    const body = '{"a":1}';
    const hash = `bodySHA256=${hashOf(body)}`;
    for (const query of [`${hash}&bodySHA256=00`, `bodySHA256=00&${hash}`]) {
      await expectSent(edge, testCase, json(body, query), {
        reason: 'body_hash_mismatch',
        level: 'warn',
        because: 'two different hashes do not prove that the body is genuine',
      });
    }
    await expectSent(edge, testCase, json(body, `${hash}&${hash}`), {
      ...accepted,
      because: 'the same value repeated is one value',
    });
    await expectSent(
      edge,
      testCase,
      { query: `${hash}&bodySHA256=00` },
      acceptedBecause('the signature covers the parameters of a form, so bodySHA256 is ignored'),
    );
  },

  'ING-J-SYNTAX': async (edge, testCase) => {
    const depth = 10_000;
    const tooDeepArray = `${'['.repeat(depth)}${']'.repeat(depth)}`;
    for (const [body, reason] of [
      ['{"a":', 'not_json'],
      ['null', 'json_without_fields'],
      ['"text"', 'json_without_fields'],
    ] as const) {
      const item = await expectUnrecognized(edge, testCase, await edge.send(json(body)), reason);
      expect(item['payload']).toEqual({ S: body });
    }
    await expectStoredPayload(edge, testCase, tooDeepArray);
    // Valid JSON is stored character for character, even with repeated or special keys.
    await expectStoredPayload(edge, testCase, `{"a":1,"a":2}`);
    await expectStoredPayload(edge, testCase, `{"a":${tooDeepArray}}`);
    await expectStoredPayload(edge, testCase, '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{}}}');
    await expectStoredPayload(edge, testCase, '{"after":"all that"}');
  },
});
