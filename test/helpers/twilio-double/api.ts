import { authenticationError, apiError, notFound, type ApiAnswer } from './answers';
import { apiDescription } from './descriptions';
import { needsMainCredentials, operations } from './operations';
import { basicCredentials, parseStrictForm, type ApiRequest } from './request';
import type { TwilioAccountState, TwilioState } from './state';

/** The record of one request, without credentials. */
export interface RecordedRequest {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
  /** Null if the description has no such operation. */
  readonly operationId: string | null;
  readonly form: Readonly<Record<string, unknown>>;
  /** Violations of Twilio's description; empty for a valid request. */
  readonly violations: readonly string[];
}

export interface ValidatedRequest {
  readonly recorded: RecordedRequest;
  /** Performs the request. Call it once, or never if a fault loses the request. */
  readonly perform: () => ApiAnswer;
}

interface Actor {
  readonly account: TwilioAccountState;
  readonly isStandardKey: boolean;
}

const authenticate = (state: TwilioState, authorization: string | undefined): Actor | undefined => {
  const given = basicCredentials(authorization);
  if (given === undefined) return undefined;
  const key = state.apiKeys.get(given.user);
  const account = state.accounts.get(key?.accountSid ?? given.user);
  if (account === undefined) return undefined;
  const secrets = key === undefined ? [account.authToken, account.secondaryAuthToken] : [key.secret];
  return secrets.includes(given.password) ? { account, isStandardKey: key?.kind === 'standard' } : undefined;
};

/** The account that a path is about, if the actor may touch it: its own, or one of its subaccounts. */
const accountOfPath = (
  state: TwilioState,
  actor: TwilioAccountState,
  params: Readonly<Record<string, string>>,
): TwilioAccountState | undefined => {
  const sid = params['AccountSid'] ?? (params['Sid']?.startsWith('AC') === true ? params['Sid'] : actor.sid);
  const account = state.accounts.get(sid);
  return account !== undefined && [account.sid, account.ownerAccountSid].includes(actor.sid) ? account : undefined;
};

const formViolations = (request: ApiRequest): readonly string[] => {
  if (request.method === 'GET') return request.body === '' ? [] : ['a GET has no body'];
  if (request.body === '') return [];
  return /^application\/x-www-form-urlencoded(?:\s*;\s*charset=utf-8)?$/i.test(request.contentType)
    ? []
    : ['the content type is not application/x-www-form-urlencoded'];
};

/** Validates a request against Twilio's description of its host. */
export const validateRequest = async (state: TwilioState, request: ApiRequest): Promise<ValidatedRequest> => {
  const { host, method, path, query } = request;
  const description = await apiDescription(host);
  const parsed = parseStrictForm(request.body);
  const form: Record<string, unknown> = 'params' in parsed ? parsed.params : {};
  const headers = { 'content-type': request.contentType };
  const plain = { method, path, query, headers };
  const operation = description.matchOperation(plain);
  const operationId = operation?.operationId ?? null;
  const violations = [
    ...formViolations(request),
    ...('fault' in parsed ? [parsed.fault] : []),
    ...(basicCredentials(request.authorization) === undefined ? ['there is no Basic authentication'] : []),
    ...(operation === undefined || operationId === null ? ['no such path and method'] : []),
  ];
  if (operation !== undefined) {
    if (operation.requestBody === undefined && Object.keys(form).length > 0) {
      violations.push('the operation takes no form');
    }
    // Validation types the values: '36000' of the form becomes the number that the description asks for.
    const { errors } = description.validateRequest({ ...plain, body: form }, operation);
    violations.push(...(errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`));
  }
  const recorded: RecordedRequest = { method, host, path, query, operationId, form, violations };

  const answer = (): ApiAnswer => {
    if (operation === undefined || operationId === null) return notFound();
    const actor = authenticate(state, request.authorization);
    if (actor === undefined || (actor.isStandardKey && needsMainCredentials(operationId))) {
      return authenticationError();
    }
    if (violations.length > 0) return apiError(400, 20001, violations.join('; '));
    if (actor.account.status !== 'active') return apiError(401, 10001, 'Account is not active');
    const { params } = description.router.parseRequest(plain, operation);
    // The template of the path makes every parameter a text.
    const texts = params as Readonly<Record<string, string>>;
    const account = accountOfPath(state, actor.account, texts);
    const perform = operations[operationId];
    if (account === undefined) return notFound();
    if (perform === undefined) return apiError(501, 20001, `The double does not implement ${operationId}`);
    return perform({
      state,
      account,
      actor: actor.account,
      path,
      params: texts,
      query: new URLSearchParams(query),
      form,
    });
  };

  return {
    recorded,
    perform: () => {
      const result = answer();
      if (operation !== undefined && result.status < 300 && result.body !== undefined) {
        const { errors } = description.validateResponse(structuredClone(result.body), operation, result.status);
        const problems = (errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
        if (problems.length > 0)
          throw new Error(`The double's answer violates the description: ${problems.join('; ')}`);
      }
      return result;
    },
  };
};
