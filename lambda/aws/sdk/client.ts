import { abortError, callOf, setCall, type Call } from './call';
import { createRequestHandler, type RequestHandler } from './request-handler';

export interface ClientOptions {
  /** For one attempt, from the connection to the last byte of the answer. */
  readonly requestTimeoutMs: number;
  readonly maxAttempts: number;
  /** @default what the SDK resolves from environment and region */
  readonly endpoint?: string;
}

/** What the SDK's middlewares pass on: at first only the command's input, at last the signed request too. */
interface Input {
  readonly input: object;
}
interface Attempt extends Input {
  readonly request: unknown;
}
type Next<Step, Output> = (step: Step) => Promise<Output>;
type Middleware<Step> = <Output>(next: Next<Step, Output>, context: Context) => Next<Step, Output>;

/** Of one operation of one client: with `cacheMiddleware`, all its calls have the same. */
interface Context {
  readonly endpointV2?: unknown;
  readonly authSchemes?: unknown;
}

interface MiddlewareStack {
  remove(name: string): boolean;
  add(
    middleware: Middleware<Attempt>,
    options: { readonly name: string; readonly step: 'deserialize'; readonly priority: 'low' },
  ): void;
  addRelativeTo(
    middleware: Middleware<Input>,
    options: { readonly name: string; readonly relation: 'before' | 'after'; readonly toMiddleware: string },
  ): void;
}

/** What the factory needs of a client of any service. */
interface SdkClient {
  readonly config: { signer: (...parameters: never[]) => Promise<unknown> };
  readonly middlewareStack: MiddlewareStack;
  send(command: { readonly input: object }, options?: { readonly abortSignal?: AbortSignal }): Promise<unknown>;
}

interface CommonConfig {
  readonly maxAttempts: number;
  readonly cacheMiddleware: boolean;
  readonly requestHandler: RequestHandler;
}

/**
 * Middlewares of the SDK that cost time in every call and are not used: the logger, which copies input and output
 * without their secrets even if there is no log, and the user agent, which is composed for each call and which only
 * CloudTrail's data events would show.
 * @see https://github.com/aws/aws-sdk-js-v3/tree/main/packages/middleware-stack
 */
export const unusedMiddleware = ['loggerMiddleware', 'getUserAgentMiddleware'] as const;

/**
 * A client of the SDK for functions. Every call is bounded in time, and costs less CPU than with the SDK's defaults:
 *
 * - The middleware of an operation is resolved once (`cacheMiddleware`). The SDK does that only for calls without
 *   options, so `send` keeps the signal to itself and gives it to the request handler.
 * - The endpoint is resolved once. All that it depends on is fixed when the function starts.
 * - The request handler does only what functions need.
 *
 * The SDK reads its configuration from the environment as always, signs, retries, corrects the clock and checks
 * answers.
 * @param config of the service; in tests also endpoint, region and credentials
 */
export const createSdkClient = <Client extends SdkClient, Config extends object>(
  ServiceClient: new (config: Config & CommonConfig) => Client,
  { requestTimeoutMs, maxAttempts, endpoint }: ClientOptions,
  config: Config,
): Client => {
  const client = new ServiceClient({
    maxAttempts,
    cacheMiddleware: true,
    requestHandler: createRequestHandler(requestTimeoutMs),
    ...(endpoint === undefined || 'endpoint' in config ? {} : fixedEndpoint(endpoint)),
    ...config,
  });
  const { middlewareStack } = client;
  for (const name of unusedMiddleware) middlewareStack.remove(name);
  keepEndpoint(middlewareStack);
  middlewareStack.add(passCall, { name: 'passCallMiddleware', step: 'deserialize', priority: 'low' });
  client.config.signer = once(client.config.signer);
  client.send = sendWithSignal(client.send.bind(client));
  return client;
};

/** The SDK's rules refuse an endpoint where FIPS or dual-stack endpoints are asked for. */
const fixedEndpoint = (endpoint: string) => {
  const resolved = { url: new URL(endpoint) };
  return { endpoint, endpointProvider: () => resolved };
};

const once = <Parameters extends never[], Result>(resolve: (...parameters: Parameters) => Result) => {
  let resolved: Result | undefined;
  return (...parameters: Parameters): Result => (resolved ??= resolve(...parameters));
};

/**
 * Skips the SDK's middleware that resolves the endpoint once it has done so. Not where an endpoint says how requests
 * are signed: that middleware passes it to the signer in each call.
 */
const keepEndpoint = (middlewareStack: MiddlewareStack): void => {
  const toMiddleware = 'endpointV2Middleware';
  const afterIt = new WeakMap<Context, unknown>();
  // The SDK composes the last middleware first.
  const remember: Middleware<Input> = (next, context) => {
    afterIt.set(context, next);
    return next;
  };
  const skip: Middleware<Input> = (next, context) => {
    // Both are of the same operation, so their outputs have one type.
    const after = afterIt.get(context) as typeof next;
    return (step) => (context.endpointV2 !== undefined && context.authSchemes === undefined ? after(step) : next(step));
  };
  middlewareStack.addRelativeTo(remember, { name: 'afterEndpointMiddleware', relation: 'after', toMiddleware });
  middlewareStack.addRelativeTo(skip, { name: 'skipEndpointMiddleware', relation: 'before', toMiddleware });
};

/** The last step before the request handler: every attempt has a request of its own. */
const passCall: Middleware<Attempt> = (next) => (step) => {
  const call = callOf(step.input);
  if (call !== undefined && typeof step.request === 'object' && step.request !== null) setCall(step.request, call);
  return next(step);
};

/** Ends a call as soon as its signal aborts, even in the pause before a retry, which then sends nothing more. */
const sendWithSignal =
  (send: SdkClient['send']): SdkClient['send'] =>
  (command, { abortSignal: signal } = {}) => {
    if (signal === undefined) return send(command);
    if (signal.aborted) return Promise.reject(abortError(signal));
    const call: Call = { signal };
    setCall(command.input, call);
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        const error = abortError(signal);
        call.endAttempt?.(error);
        reject(error);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      void send(command)
        .then(resolve, reject)
        .finally(() => signal.removeEventListener('abort', onAbort));
    });
  };
