import type { InvocationResult } from '../functions/execution-environment';
import type { LocalFunction } from '../functions/function-pool';
import type { HandshakeParts } from './connect-event';

export interface AuthorizerDefinition {
  readonly target: LocalFunction;
  /** `route.request.header.<name>` and `route.request.querystring.<name>`; a request must have all of them. */
  readonly identitySources: readonly IdentitySource[];
}

export interface IdentitySource {
  readonly in: 'header' | 'querystring';
  readonly name: string;
}

export type Authorization =
  | { readonly status: 200; readonly context: Readonly<Record<string, unknown>> }
  /**
   * 401: an identity source is missing (the function is not called). 403: denied. 500: it failed or returned no valid
   * policy.
   */
  | { readonly status: 401 | 403 | 500 };

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html */
export const authorize = async (
  { target, identitySources }: AuthorizerDefinition,
  parts: HandshakeParts,
  event: { readonly methodArn: string; readonly requestContext: unknown },
): Promise<Authorization> => {
  const isComplete = identitySources.every((source) => {
    // Case-sensitive, because the documentation does not say whether API Gateway ignores case.
    const values = source.in === 'header' ? parts.headers : (parts.queryStringParameters ?? {});
    return Object.hasOwn(values, source.name) && values[source.name] !== '';
  });
  if (!isComplete) return { status: 401 };
  return readPolicy(
    await target.invoke({ type: 'REQUEST', ...event, ...parts, stageVariables: null }),
    event.methodArn,
  );
};

/** Deny takes precedence over Allow. */
const readPolicy = (result: InvocationResult, methodArn: string): Authorization => {
  if (result.kind !== 'ok') return { status: 500 };
  const answer = objectOf(result.payload);
  const statements = objectOf(answer?.['policyDocument'])?.['Statement'];
  if (answer === undefined || typeof answer['principalId'] !== 'string' || !Array.isArray(statements)) {
    return { status: 500 };
  }
  const effects = statements
    .map(objectOf)
    .filter((statement) => matchesAny(statement?.['Action'], 'execute-api:Invoke'))
    .filter((statement) => matchesAny(statement?.['Resource'], methodArn))
    .map((statement) => statement?.['Effect']);
  if (effects.includes('Deny') || !effects.includes('Allow')) return { status: 403 };
  return { status: 200, context: { principalId: answer['principalId'], ...objectOf(answer['context']) } };
};

const objectOf = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;

/** Whether one of a policy's patterns (`*`, `?`) matches. */
const matchesAny = (patterns: unknown, wanted: string): boolean =>
  [patterns].flat().some((pattern) => {
    if (typeof pattern !== 'string') return false;
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    return new RegExp(`^${source}$`).test(wanted);
  });
