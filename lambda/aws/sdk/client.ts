import { abortError, callOf, setCall, type Call } from './call';
import { createRequestHandler, type RequestHandler } from './request-handler';

export interface ClientOptions {
  /** For one attempt, from the connection to the last byte of the answer. */
  readonly requestTimeoutMs: number;
  readonly maxAttempts: number;
  /** @default what the SDK resolves from environment and region */
  readonly endpoint?: string;
}

interface Step {
  readonly input: object;
  readonly request: unknown;
}

type Next = (step: Step) => Promise<unknown>;

/** What the factory needs of a client of any service. */
interface SdkClient {
  readonly config: { endpointProvider: (...parameters: never[]) => unknown };
  readonly middlewareStack: {
    remove(name: string): boolean;
    add(
      middleware: (next: Next) => Next,
      options: { readonly name: string; readonly step: 'deserialize'; readonly priority: 'low' },
    ): void;
  };
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
  middlewareStack.add(passCall, { name: 'passCallMiddleware', step: 'deserialize', priority: 'low' });
  client.config.endpointProvider = once(client.config.endpointProvider);
  client.send = sendWithSignal(client.send.bind(client));
  return client;
};

/** The SDK's rules refuse an endpoint where FIPS or dual-stack endpoints are asked for. */
const fixedEndpoint = (endpoint: string) => {
  const resolved = { url: new URL(endpoint) };
  return { endpoint, endpointProvider: () => resolved };
};

const once = <Parameters extends never[]>(resolve: (...parameters: Parameters) => unknown) => {
  let resolved: unknown;
  return (...parameters: Parameters): unknown => (resolved ??= resolve(...parameters));
};

/** The last step before the request handler: every attempt has a request of its own. */
const passCall =
  (next: Next): Next =>
  (step) => {
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
