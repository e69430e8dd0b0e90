import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { readBasicAuth } from '../../../../cli/explain/gateway/open-gateway';
import { explainRequest } from '../../../../cli/explain/explain-request';
import { readKeys } from '../../../../cli/explain/gateway/keys';
import { readCapture } from '../../../../cli/explain/capture/read-capture';
import type { Report } from '../../../../cli/explain/report';
import { splitUrl } from '../../../../cli/explain/capture/url-parts';
import { parseBasicAuthSecret } from '../../../../lambda/shared/credentials/basic-auth-secret';
import { routeNames, type RouteName } from '../../../../lambda/shared/contract/routes';
import { baseUrl, createTestIngress, webhookEvent } from '../../ingress/fakes';
import type { SentRequest } from './random-request';
import { pairs, secretsOfCommand, secretsOfIngress, type RandomStage } from './random-stage';
import { fakeTarget, run } from '../fake-environment';

const rawHttp = ({ route, method, host, query, headers, body }: SentRequest): Buffer => {
  const url = `/dev/${route}${query === '' ? '' : `?${query}`}`;
  const lines = [
    `${method} ${url} HTTP/1.1`,
    `Host: ${host}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    `Content-Length: ${body.length}`,
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body]);
};

const eventOf = ({ route, method, host, query, headers, body }: SentRequest): APIGatewayProxyEventV2 => {
  const event = webhookEvent({ route, method, query, rawBody: body });
  const joined: Record<string, string> = { host };
  for (const [name, value] of headers) {
    const earlier = joined[name.toLowerCase()];
    joined[name.toLowerCase()] = earlier === undefined ? value : `${earlier},${value}`;
  }
  return { ...event, headers: joined, requestContext: { ...event.requestContext, domainName: host } };
};

/** What ingress answers and logs. */
export const answered = async (stage: RandomStage, sent: SentRequest) => {
  const { basic, acceptGet, expectedDomainName } = stage;
  const secret = basic === 'none' ? undefined : parseBasicAuthSecret(JSON.stringify(pairs[basic]));
  const ingress = createTestIngress(secretsOfIngress(stage), {
    stage: { acceptGet, expectedDomainName },
    ...(secret === undefined
      ? {}
      : {
          basicAuth: () =>
            Promise.resolve(secret.kind === 'ok' ? secret : { kind: 'failure', failure: { reason: secret.kind } }),
        }),
  });
  const { response, line } = await ingress.send(eventOf(sent));
  return { status: response.statusCode, reason: line.fields.reason };
};

const configuredAs = (route: RouteName) => {
  const url = splitUrl(`${baseUrl}/${route}`);
  if (url === undefined) throw new Error('the base URL is not a URL');
  return url;
};

/** As the command does it, with a search that ends at once: the cause of a mismatch does not change the answer. */
export const explained = async (stage: RandomStage, sent: SentRequest): Promise<Report> => {
  const { secrets, target, now } = secretsOfCommand(stage);
  const gateway = {
    acceptGet: stage.acceptGet,
    expectedDomainName: stage.expectedDomainName,
    configured: configuredAs(sent.route),
    keys: await readKeys(secrets, target.secretIds, now.getTime()),
    basicAuth: await readBasicAuth(secrets, target.basicAuthSecretId),
    hosts: [],
    stage: 'dev',
    stageOption: ' --stage dev',
  };
  const capture = readCapture(rawHttp(sent), undefined, undefined);
  return explainRequest(capture, sent.route, gateway, [], { tried: 5, work: 1_000_000 });
};

/** The whole command. */
export const commanded = (stage: RandomStage, sent: SentRequest) => {
  const { secrets, target, now } = secretsOfCommand(stage);
  const { acceptGet, expectedDomainName } = stage;
  const addresses = routeNames.map((route) => [
    route,
    { postUrl: `${baseUrl}/${route}`, signedUrl: `${baseUrl}/${route}` },
  ]);
  const domain = expectedDomainName === undefined ? {} : { customDomain: expectedDomainName };
  const webhooks = { ...fakeTarget.webhooks, ...Object.fromEntries(addresses) };
  return run(['explain', 'request', '--stage', 'dev', '--json'], {
    target: { ...target, ...domain, acceptGet, webhooks },
    secrets,
    now,
    inputs: { request: rawHttp(sent) },
  });
};
