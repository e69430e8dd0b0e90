import { createHmac } from 'node:crypto';
import { routeNames } from '../../../lambda/shared/contract/routes';
import type { Edge } from '../../adversarial/support/test-gateway';
import type { EdgeRequest, Exchange } from '../../adversarial/support/sender';
import fixture from '../../fixtures/field-failures.json';
import type { Form } from '../../helpers/webhooks';

/** A request as somebody reported that Twilio sends it. */
export interface FieldRequest {
  readonly method: string;
  /** As sent. */
  readonly url: string;
  /** As signed. */
  readonly signedUrl: string;
  readonly contentType: string;
  readonly signature: string;
  readonly body: string;
  /** `X-Twilio-Webhooks-Signature-Settings`. */
  readonly settings?: string;
}

export interface FieldFailure {
  readonly id: string;
  readonly source: string;
  readonly what: string;
  readonly expected: string;
  /** Sent before `request`. */
  readonly first?: FieldRequest;
  readonly request: FieldRequest;
}

// The compiler makes a union of the shapes in the file; this is what they have in common.
export const fieldFailures = fixture.failures as readonly FieldFailure[];

export const fieldSharedKey = fixture.sharedKey;

export const fieldAccount = { accountSid: fixture.accountSid, authToken: fixture.authToken };

/** The parameters of an encoded form; a repeated name has a list. */
export const formOf = (body: string): Form => {
  const params = new URLSearchParams(body);
  return Object.fromEntries(
    [...new Set(params.keys())].map((name) => {
      const values = params.getAll(name);
      return [name, values.length === 1 ? (values[0] ?? '') : values];
    }),
  );
};

const queryOf = (url: string): string => new URL(url).search.slice(1);

export const isJson = ({ contentType }: FieldRequest): boolean => contentType === 'application/json';

/** Signs it again, by the account's token, for the URL that the gateway is configured with. */
export const forEdge = (edge: Edge, request: FieldRequest): EdgeRequest => {
  const route = routeNames.find((name) => new URL(request.url).pathname.endsWith(`/${name}`));
  if (route === undefined) throw new Error(`the gateway has no such route: ${request.url}`);
  const form = isJson(request) ? {} : formOf(request.body);
  return {
    method: request.method,
    route,
    query: queryOf(request.url),
    contentType: request.contentType,
    body: request.body,
    form,
    signature: edge.sign(edge.publicUrl(route, queryOf(request.signedUrl)), form),
  };
};

/** Sends it, signed again. */
export const sendAgain = (edge: Edge, request: FieldRequest, changes: EdgeRequest = {}): Promise<Exchange> =>
  edge.send({ ...forEdge(edge, request), ...changes });

/** HMAC-SHA256 as Twilio's page on SharedKeys describes it, written without the gateway's own code. */
export const sharedKeySignature = (key: string, url: string, form: Form): string =>
  createHmac('sha256', key)
    .update(
      Object.keys(form)
        .sort()
        .reduce(
          (text, name) =>
            text +
            [form[name] ?? []]
              .flat()
              .map((value) => name + value)
              .join(''),
          url,
        ),
    )
    .digest('base64');
