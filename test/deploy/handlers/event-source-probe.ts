import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Template } from '../workarounds';

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
  const server = createServer((request, response) => {
    const startedAt = performance.now();
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      void sleep(answerAfterMs).then(() => {
        // Lambda's event, as the function got it.
        const { Records } = JSON.parse(Buffer.concat(chunks).toString()) as { readonly Records: Invocation['records'] };
        invocations.push({ records: Records, startedAt, endedAt: performance.now() });
        response.setHeader('content-type', 'application/json').end(JSON.stringify(answer(Records)));
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    template: (source, mapping) => probeTemplate(`http://127.0.0.1:${port}`, source, mapping),
    invocations,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
};

const probeTemplate = (
  url: string,
  source: Template['Resources'][string],
  mapping: Readonly<Record<string, unknown>>,
): Template => ({
  Resources: {
    Source: source,
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
        },
      },
    },
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Code: { ZipFile: functionCode },
        Environment: { Variables: { URL: url } },
      },
    },
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: { FunctionName: { Ref: 'Function' }, FunctionResponseTypes: ['ReportBatchItemFailures'], ...mapping },
    },
  },
  Outputs: { Value: { Value: { Ref: 'Source' } } },
});
