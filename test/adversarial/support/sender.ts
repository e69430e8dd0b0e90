import { randomBytes, randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { localAccountId } from '../../../local/server/aws-identity';
import { apiEvent, type ReceivedRequest } from '../../../local/http-api/api-event';
import type { RouteName } from '../../../lambda/shared/contract/routes';
import type { TestGateway } from '../../helpers/test-gateway';
import { encodeForm, sendRaw, twilioSignature, type Form } from '../../helpers/webhooks';
import type { Secrecy } from './secrecy';

/** By default the genuine incoming message. */
export interface EdgeRequest {
  readonly method?: string;
  readonly route?: RouteName;
  /** Path below the stage, with its leading slash. @default the route's */
  readonly path?: string;
  /** Verbatim, without `?`. */
  readonly query?: string;
  /** `null` sends none. */
  readonly contentType?: string | null;
  readonly headers?: readonly (readonly [string, string])[];
  /** Signed, and sent unless there is a `body`. */
  readonly form?: Form;
  readonly body?: string | Buffer;
  /** `null` sends none. @default over the public URL, the query and the form */
  readonly signature?: string | null;
}

/** A request and its answer. */
export interface Exchange {
  readonly requestId: string;
  readonly route: RouteName;
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

export interface Sender {
  /** Over HTTP, byte for byte. */
  send(request?: EdgeRequest): Promise<Exchange>;
  /** Invokes the ingress bundle with the event that API Gateway would send, changed by `change`. */
  invoke(request: EdgeRequest, change: (event: APIGatewayProxyEventV2) => APIGatewayProxyEventV2): Promise<Exchange>;
  /** Twilio's signature over a URL that is configured at Twilio. */
  sign(url: string, form: Form, authToken?: string): string;
}

const formType = 'application/x-www-form-urlencoded; charset=UTF-8';

export const createSender = (options: {
  readonly gateway: TestGateway;
  readonly authToken: string;
  readonly publicUrl: (route: RouteName, query?: string) => string;
  readonly sms: () => Form;
  readonly secrecy: Secrecy;
}): Sender => {
  const { gateway, publicUrl, sms, secrecy } = options;
  const sign: Sender['sign'] = (url, form, authToken = options.authToken) => twilioSignature(url, form, authToken);

  const prepare = (request: EdgeRequest) => {
    const { route = 'messages', query = '', form = sms(), contentType = formType } = request;
    const signature = request.signature === undefined ? sign(publicUrl(route, query), form) : request.signature;
    // No function may log it.
    const authorization = `Basic ${randomBytes(24).toString('base64')}`;
    secrecy.watch(authorization.slice('Basic '.length));
    if (signature !== null) secrecy.watch(signature.trim());
    const headers: (readonly [string, string])[] = [
      ...(contentType === null ? [] : [['Content-Type', contentType] as const]),
      ['User-Agent', 'TwilioProxy/1.1'],
      ['Authorization', authorization],
      ...(signature === null ? [] : [['X-Twilio-Signature', signature] as const]),
      ...(request.headers ?? []),
    ];
    return { route, query, headers, body: Buffer.from(request.body ?? encodeForm(form)) };
  };

  return {
    sign,
    send: async (request = {}) => {
      const { route, query, headers, body } = prepare(request);
      const url = `${gateway.baseUrl}${request.path ?? `/${route}`}${query === '' ? '' : `?${query}`}`;
      const response = await sendRaw(url, { method: request.method ?? 'POST', headers, body });
      return { ...response, route, requestId: String(response.headers['apigw-requestid']) };
    },
    invoke: async (request, change) => {
      const { route, query, headers, body } = prepare(request);
      const stage = gateway.baseUrl.split('/').at(-1) ?? '';
      const received: ReceivedRequest = {
        method: request.method ?? 'POST',
        path: `/${stage}/${route}`,
        rawQuery: query,
        headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
        body,
        sourceIp: '192.0.2.1',
        requestId: randomUUID(),
        receivedAt: new Date(),
      };
      const identity = { accountId: localAccountId, apiId: 'api', domainName: 'gateway.example.com', stage };
      const event = change(apiEvent(received, `ANY /${route}`, identity));
      const result = await gateway.gateway.functionNamed('Ingress').invoke(event);
      if (result.kind !== 'ok') throw new Error(`ingress ended with ${result.kind}`);
      // The bundle's contract with API Gateway; what is not there fails the assertions.
      const {
        statusCode = 0,
        headers: answered = {},
        body: text = '',
      } = result.payload as APIGatewayProxyStructuredResultV2;
      return { requestId: received.requestId, route, status: statusCode, headers: answered, body: text };
    },
  };
};
