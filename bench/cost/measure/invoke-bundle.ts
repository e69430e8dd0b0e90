import { startProgram, type Environment } from '../../processes';
import type { Programs, ProgramName } from '../../programs';
import type { FunctionFacts } from '../stage-facts';

export interface Invoked {
  readonly result: unknown;
  /** The lines that the function wrote. */
  readonly lines: readonly string[];
}

export interface InvocableBundle {
  invoke(event: object): Promise<Invoked>;
  stop(): Promise<void>;
}

const endOfInvocation = '--- end of the invocation ---';

/** Lambda sets these for every function, and they may appear in lines. */
const lambdaEnvironment = (name: string, { memoryMb, logging }: FunctionFacts): Environment => ({
  AWS_REGION: 'us-east-1',
  AWS_LAMBDA_FUNCTION_NAME: `TwilioWebhookGateway-prod-${name}Function-AbCdEfGhIjKl`,
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
  AWS_LAMBDA_LOG_FORMAT: logging?.LogFormat ?? 'Text',
  _X_AMZN_TRACE_ID: 'Root=1-65c1a0b2-0123456789abcdef01234567;Parent=0123456789abcdef;Sampled=0',
});

/** Runs a bundle in a process of its own, like one environment on Lambda, and reads what it writes. */
export const startBundle = async (
  programs: Programs,
  bundle: ProgramName,
  facts: FunctionFacts,
  environment: Environment,
): Promise<InvocableBundle> => {
  let output = '';
  let onOutput = (): void => undefined;
  const program = await startProgram(
    programs.file('programs/lines-host'),
    { ...environment, ...lambdaEnvironment(bundle, facts) },
    [programs.file(bundle), endOfInvocation],
    (text) => {
      output += text;
      onOutput();
    },
  );
  const end = `${endOfInvocation}\n`;
  const untilEnd = (): Promise<string> =>
    new Promise((resolve) => {
      onOutput = () => {
        const at = output.indexOf(end);
        if (at === -1) return;
        const text = output.slice(0, at);
        output = output.slice(at + end.length);
        onOutput = () => undefined;
        resolve(text);
      };
      onOutput();
    });
  return {
    invoke: async (event) => {
      const written = untilEnd();
      const result = await program.call('invoke', event);
      return { result, lines: (await written).split('\n').filter((line) => line !== '') };
    },
    stop: () => program.stop(),
  };
};
