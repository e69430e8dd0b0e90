import type { Template } from '../workarounds';
import { functionResources } from '../function-resources';
import { startLoopbackServer } from './loopback-server';

export interface Invocation {
  readonly records: readonly Readonly<Record<string, unknown>>[];
  readonly startedAt: number;
  readonly endedAt: number;
}

export interface EventSourceProbe {
  /** A function behind an event source: it posts what it gets here, and returns what it is answered. */
  readonly template: (source: Template['Resources'][string], mapping: Readonly<Record<string, unknown>>) => Template;
  readonly invocations: readonly Invocation[];
  close(): Promise<void>;
}

const functionCode = `exports.handler = async (event) =>
  (await fetch(process.env.URL, { method: 'POST', body: JSON.stringify(event) })).json()`;

/** @param answer what the function returns for these records, after `answerAfterMs` */
export const startEventSourceProbe = async (
  answer: (records: Invocation['records']) => unknown,
  answerAfterMs = 0,
): Promise<EventSourceProbe> => {
  const invocations: Invocation[] = [];
  const server = await startLoopbackServer(({ body, startedAt }) => {
    // Lambda's event, as the function got it.
    const { Records } = JSON.parse(body) as { readonly Records: Invocation['records'] };
    invocations.push({ records: Records, startedAt, endedAt: performance.now() });
    return { status: 200, body: answer(Records) };
  }, answerAfterMs);
  return {
    template: (source, mapping) => probeTemplate(server.url, source, mapping),
    invocations,
    close: server.close,
  };
};

const probeTemplate = (
  url: string,
  source: Template['Resources'][string],
  mapping: Readonly<Record<string, unknown>>,
): Template => ({
  Resources: {
    Source: source,
    ...functionResources(functionCode, { URL: url }),
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: { FunctionName: { Ref: 'Function' }, FunctionResponseTypes: ['ReportBatchItemFailures'], ...mapping },
    },
  },
  Outputs: { Value: { Value: { Ref: 'Source' } } },
});
