import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encodeForm } from '../../helpers/webhooks';
import { characterScenarios } from './form-body-characters';
import { parameterScenarios } from './form-body-parameters';
import type { AdversarialCase } from '../support/cases';
import type { Edge } from '../support/test-gateway';
import {
  acceptedBecause,
  expectGatewayAnswer,
  expectOutcome,
  expectSent,
  expectUnrecognized,
  type Deviation,
} from '../support/outcome';
import { runCases } from '../support/run-cases';

const tooLarge: Deviation = {
  reason: 'payload_too_large',
  level: 'warn',
  because: 'it is rejected for its size before it is parsed',
};
/** Rejecting before parsing takes milliseconds; parsing and signing would take seconds. */
const maxRejectionMs = 200;

const expectQuickRejection = async (
  edge: Edge,
  testCase: AdversarialCase,
  request: Parameters<Edge['send']>[0],
  deviation?: Deviation,
) => {
  const exchange = await edge.send(request);
  await expectOutcome(edge, testCase, exchange, deviation);
  const { durationMs } = await edge.log.ingressLine(exchange.requestId);
  expect(durationMs).toBeLessThan(maxRejectionMs);
};

runCases('ingress/form-body', {
  ...characterScenarios,
  ...parameterScenarios,

  'ING-F-B64': async (edge, testCase) => {
    await expectSent(edge, testCase);
    const invoked = await edge.invoke({}, (event) => {
      expect(event.isBase64Encoded).toBe(true);
      return event;
    });
    await expectOutcome(edge, testCase, invoked);
  },

  'ING-F-NOB64': async (edge, testCase) => {
    const form = edge.sms({ Body: 'héllo 🌍' });
    const invoked = await edge.invoke({ form }, (event) => ({
      ...event,
      body: encodeForm(form),
      isBase64Encoded: false,
    }));
    const item = await expectOutcome(edge, testCase, invoked);
    expect(item?.['body']).toEqual({ S: 'héllo 🌍' });
  },

  'ING-F-B64JUNK': async (edge, testCase) => {
    for (const junk of ['!!!!', '\n', '====', '*AAAA']) {
      const invoked = await edge.invoke({}, (event) => ({ ...event, body: `${event.body ?? ''}${junk}` }));
      await expectOutcome(edge, testCase, invoked);
    }
  },

  'ING-F-EMPTY': async (edge, testCase) => {
    await expectUnrecognized(edge, testCase, await edge.send({ form: {}, body: '' }), 'message_sid_missing');
  },

  'ING-F-MANY': async (edge, testCase) => {
    for (const count of [10_000, 5_000, 257]) {
      const body = Array.from({ length: count }, (_, index) => `a${index}=`).join('&');
      await expectQuickRejection(edge, testCase, { body }, tooLarge);
    }
  },

  'ING-F-BIGBODY': async (edge, testCase) => {
    const body = `Body=${'a'.repeat(262_145)}`;
    await expectQuickRejection(edge, testCase, { body });
    await expectQuickRejection(edge, testCase, { body, route: 'events' });
    // The limit of this route, to the byte.
    const atLimit = edge.sms({ Body: '' });
    const text = 'a'.repeat(64 * 1024 - encodeForm(atLimit).length);
    await expectSent(
      edge,
      testCase,
      { form: { ...atLimit, Body: text } },
      acceptedBecause('it is exactly as large as allowed'),
    );
    await expectQuickRejection(edge, testCase, { form: edge.sms({ Body: `${text}a` }) });
  },

  'ING-F-11MB': async (edge, testCase) => {
    await expectGatewayAnswer(edge, testCase, await edge.send({ body: randomBytes(11 * 1024 * 1024) }));
  },

  'ING-F-MMS': async (edge, testCase) => {
    const media = Array.from({ length: 10 }, (_, index) => ({
      url: `https://api.twilio.com/2010-04-01/Media/ME${String(index).padStart(32, '0')}`,
      contentType: `image/x-${index}`,
    }));
    const form = edge.sms({
      MessageSid: `MM${randomBytes(16).toString('hex')}`,
      NumMedia: '10',
      ...Object.fromEntries(
        media.flatMap(({ url, contentType }, index) => [
          [`MediaUrl${index}`, url],
          [`MediaContentType${index}`, contentType],
        ]),
      ),
    });
    const item = await expectSent(edge, testCase, { form });
    expect(item?.['media']?.L?.map(({ M }) => ({ url: M?.['url']?.S, contentType: M?.['contentType']?.S }))).toEqual(
      media,
    );
  },

  'ING-F-MEDIAURL': async (edge, testCase) => {
    let fetched = 0;
    const bait = createServer((_request, response) => {
      fetched += 1;
      response.end();
    });
    await new Promise<void>((resolve) => bait.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = bait.address() as AddressInfo;
      for (const url of [`http://127.0.0.1:${port}/`, 'http://169.254.169.254/', 'file:///etc/passwd']) {
        const item = await expectSent(edge, testCase, {
          form: edge.sms({ NumMedia: '1', MediaUrl0: url, MediaContentType0: 'image/png' }),
        });
        expect(item?.['media']?.L?.[0]?.M?.['url']).toEqual({ S: url });
      }
      expect(fetched).toBe(0);
    } finally {
      await new Promise((resolve) => bait.close(resolve));
    }
  },
});
