import { routeNames } from '../../../lambda/shared/contract/routes';
import type { Check } from './checks';
import { at, list, resources, same, type Resource, type Template } from './template';

const functions = (template: Template) => resources(template, 'AWS::Lambda::Function');
/** Requests per second that the throttle must allow: ten times the rate of one long code. */
const throttleFloor = 1_000;

const onlyLiteralRoutes: Check = ({ template }) => {
  const keys = resources(template, 'AWS::ApiGatewayV2::Route').map(([, route]) => route.Properties['RouteKey']);
  const lane = template.Outputs['FallbackUrl'] === undefined ? [] : ['POST /fallback'];
  const expected = [...routeNames.map((name) => `ANY /${name}`), ...lane];
  return same([...keys].sort(), [...expected].sort()) ? [] : [`routes are ${keys.join(', ')}`];
};

const oneNamedStage: Check = ({ template, stageName }) => {
  const names = resources(template, 'AWS::ApiGatewayV2::Stage').map(([, stage]) => stage.Properties['StageName']);
  return same(names, [stageName]) ? [] : [`stages are ${names.join(', ')}`];
};

const throttleFarAbovePeak: Check = ({ template }) =>
  resources(template, 'AWS::ApiGatewayV2::Stage').flatMap(([id, stage]) => {
    const limits = ['ThrottlingRateLimit', 'ThrottlingBurstLimit'].map((key) =>
      at(stage.Properties['DefaultRouteSettings'], key),
    );
    return limits.every((limit) => typeof limit === 'number' && limit >= throttleFloor)
      ? []
      : [`${id} throttles at ${limits.join(' and ')}, which is no limit or one that normal traffic can reach`];
  });

/**
 * Variables that API Gateway sets itself. It does not escape those that a caller can set, such as path and user agent.
 */
const trustedVariable =
  /^\$context\.(?:requestId|stage|routeKey|status|integrationStatus|responseLatency|identity\.sourceIp)$/;

const accessLogCannotBeForged: Check = ({ template }) =>
  resources(template, 'AWS::ApiGatewayV2::Stage').flatMap(([id, stage]) => {
    const settings = stage.Properties['AccessLogSettings'];
    const format = at(settings, 'Format');
    if (typeof format !== 'string' || at(settings, 'DestinationArn') === undefined) return [`${id} has no access log`];
    let fields: unknown;
    try {
      fields = JSON.parse(format);
    } catch {
      return [`${id} has an access log that is not JSON`];
    }
    const bad = Object.values(fields as Record<string, unknown>).filter(
      (value) => typeof value !== 'string' || !trustedVariable.test(value),
    );
    return bad.map((value) => `${id} logs ${String(value)}`);
  });

const integrationIsTheContract: Check = ({ template }) =>
  resources(template, 'AWS::ApiGatewayV2::Integration').flatMap(([id, { Properties: integration }]) =>
    // The fallback lane has an integration of API Gateway itself, without a function.
    integration['IntegrationSubtype'] === 'SQS-SendMessage' ||
    (integration['PayloadFormatVersion'] === '2.0' &&
      typeof integration['TimeoutInMillis'] === 'number' &&
      integration['TimeoutInMillis'] < 10_000)
      ? []
      : [`${id} is not payload format 2.0 in less than ten seconds`],
  );

const onlyTheRoutesInvoke: Check = ({ template, stageName }) => {
  const api = resources(template, 'AWS::ApiGatewayV2::Api')[0]?.[0];
  const ref = (name: string | undefined) => ({ Ref: name });
  const sourceOf = (route: string) => {
    const arn = [
      ...['arn:', ref('AWS::Partition'), ':execute-api:', ref('AWS::Region'), ':', ref('AWS::AccountId')],
      ...[':', ref(api), `/${stageName}/*/${route}`],
    ];
    return { 'Fn::Join': ['', arn] };
  };
  const isOfSchedule = (permission: Readonly<Record<string, unknown>>): boolean =>
    permission['Principal'] === 'events.amazonaws.com' &&
    resources(template, 'AWS::Events::Rule').some(
      ([id, rule]) =>
        same(permission['SourceArn'], { 'Fn::GetAtt': [id, 'Arn'] }) &&
        list(rule.Properties['Targets']).every((target) => same(at(target, 'Arn'), permission['FunctionName'])),
    );
  const permissions = resources(template, 'AWS::Lambda::Permission').filter(
    ([, { Properties: permission }]) => !isOfSchedule(permission),
  );
  const expected = routeNames.map(sourceOf);
  return [
    ...permissions.flatMap(([id, { Properties: permission }]) =>
      permission['Principal'] === 'apigateway.amazonaws.com' &&
      expected.some((source) => same(source, permission['SourceArn']))
        ? []
        : [`${id} allows more than a route of the stage to invoke the function`],
    ),
    ...(permissions.length === expected.length
      ? []
      : [`${permissions.length} permissions for ${expected.length} routes`]),
  ];
};

/** Functions for which nobody waits, in seconds. */
const longTimeouts = [
  ['Breaker', 60],
  ['Canary', 60],
  ['Events', 30],
  ['FallbackRegion', 50],
  ['Reconciliation', 240],
] as const;

const functionFindings = (template: Template, id: string, resource: Resource): string[] => {
  const { Properties: fn } = resource;
  const logging = (...path: string[]) => at(fn['LoggingConfig'], ...path);
  const logGroup = logging('LogGroup', 'Ref');
  const finding = (ok: boolean, text: string) => (ok ? [] : [`${id} ${text}`]);
  return [
    ...finding(fn['Runtime'] === 'nodejs24.x', 'does not run Node 24'),
    ...finding(same(fn['Architectures'], ['arm64']), 'is not arm64'),
    ...finding(typeof fn['MemorySize'] === 'number' && fn['MemorySize'] >= 512, 'has no explicit memory'),
    ...finding(
      typeof fn['Timeout'] === 'number' &&
        fn['Timeout'] <= (longTimeouts.find(([prefix]) => id.startsWith(prefix))?.[1] ?? 20),
      'has no explicit timeout',
    ),
    ...finding(!id.startsWith('Ingress') || Number(fn['Timeout']) < 10, 'has a timeout of ten seconds or more'),
    ...finding(
      typeof logGroup === 'string' && template.Resources[logGroup] !== undefined,
      'has no log group of its own',
    ),
    ...finding(
      logging('LogFormat') === 'JSON' && logging('SystemLogLevel') === 'WARN',
      'logs lines of Lambda about each invocation',
    ),
    // Lambda takes a line without a level or a time for INFO.
    ...finding(logging('ApplicationLogLevel') === 'INFO', 'may not log the lines that have its metrics'),
    // Reserved concurrency makes ingress reject webhooks, and turns the consumer's messages into dead letters.
    ...finding(fn['ReservedConcurrentExecutions'] === undefined, 'has reserved concurrency'),
  ];
};

const functionsAreExplicit: Check = ({ template }) =>
  functions(template).flatMap(([id, resource]) => functionFindings(template, id, resource));

const functionsHaveOwnRoles: Check = ({ template }) => {
  const roles = functions(template).map(([, fn]) => JSON.stringify(fn.Properties['Role']));
  const managed = resources(template, 'AWS::IAM::Role').flatMap(([id, role]) =>
    list(role.Properties['ManagedPolicyArns']).length > 0 ? [`${id} has a managed policy`] : [],
  );
  // The CDK creates them for a default policy that is too long.
  managed.push(...resources(template, 'AWS::IAM::ManagedPolicy').map(([id]) => `${id} is a managed policy`));
  return new Set(roles).size === roles.length ? managed : [...managed, 'two functions share a role'];
};

/** A stream's reader retries until the stream drops a record, and then a queue gets a pointer to it. */
const streamFindings = (id: string, mapping: Readonly<Record<string, unknown>>): string[] => [
  ...(mapping['BisectBatchOnFunctionError'] === true ? [] : [`${id} does not bisect a batch that fails`]),
  ...(mapping['MaximumRetryAttempts'] === undefined ? [] : [`${id} gives up before the stream drops the record`]),
  ...(at(mapping['DestinationConfig'], 'OnFailure', 'Destination') === undefined
    ? [`${id} has no destination for records that it gives up`]
    : []),
];

const readsFifoQueue = (template: Template, mapping: Readonly<Record<string, unknown>>): boolean => {
  const queueId = String(at(mapping['EventSourceArn'], 'Fn::GetAtt', 0));
  return template.Resources[queueId]?.Properties['FifoQueue'] === true;
};

const consumersReportItemFailures: Check = ({ template }) => {
  const mappings = resources(template, 'AWS::Lambda::EventSourceMapping');
  if (mappings.length === 0) return ['nothing consumes the queue'];
  return mappings.flatMap(([id, { Properties: mapping }]) => {
    const concurrency = at(mapping['ScalingConfig'], 'MaximumConcurrency');
    const wholeBatches = same(mapping['FunctionResponseTypes'], ['ReportBatchItemFailures'])
      ? []
      : [`${id} retries or deletes whole batches`];
    if (at(mapping['EventSourceArn'], 'Fn::GetAtt', 1) === 'StreamArn') {
      return [...wholeBatches, ...streamFindings(id, mapping)];
    }
    return [
      ...wholeBatches,
      ...(typeof concurrency === 'number' && concurrency >= 2 ? [] : [`${id} has no maximum concurrency`]),
      // One usage trigger can take all of the breaker's time; a webhook takes one write. A batch of a FIFO queue would
      // return, and so count as received, what waits behind a failure.
      ...(mapping['BatchSize'] === (id.startsWith('Breaker') || readsFifoQueue(template, mapping) ? 1 : 10)
        ? []
        : [`${id} does not have the batch size 10, or 1 for the breaker and for a FIFO queue`]),
    ];
  });
};

const isXRay = (statement: unknown): boolean =>
  same(at(statement, 'Action'), ['xray:PutTraceSegments', 'xray:PutTelemetryRecords']) &&
  at(statement, 'Resource') === '*';

/** The `Allow` statements of every kind of policy. In a key's policy, `*` means the key itself. */
const allowing = (template: Template): (readonly [string, unknown])[] =>
  Object.entries(template.Resources).flatMap(([id, { Type, Properties }]) => {
    const documents = [
      Properties['PolicyDocument'],
      Properties['KeyPolicy'],
      Properties['AssumeRolePolicyDocument'],
      ...list(Properties['Policies']).map((policy) => at(policy, 'PolicyDocument')),
    ];
    return documents
      .flatMap((document) => list(at(document, 'Statement')))
      .filter((statement) => at(statement, 'Effect') === 'Allow')
      .map((statement) => [
        id,
        Type === 'AWS::KMS::Key' && at(statement, 'Resource') === '*'
          ? { ...(statement as object), Resource: 'this key' }
          : statement,
      ]);
  });

const noWildcards: Check = ({ template }) =>
  allowing(template).flatMap(([id, statement]) => {
    if (isXRay(statement)) return [];
    const wild = [
      ...list(at(statement, 'Action')),
      ...list(at(statement, 'NotAction')),
      ...list(at(statement, 'Resource')),
      ...list(at(statement, 'NotResource')),
      ...list(at(statement, 'Principal')),
      ...list(at(statement, 'Principal', 'AWS')),
    ].filter((value) => JSON.stringify(value).includes('*'));
    return wild.map((value) => `${id} allows ${JSON.stringify(value)}`);
  });

/** Which policies allow reading which secrets, as pairs of logical ids. */
const secretReaders = (template: Template): readonly (readonly [string, string])[] => {
  const secrets = resources(template, 'AWS::SecretsManager::Secret').map(([id]) => id);
  return allowing(template).flatMap(([policy, statement]) =>
    JSON.stringify(at(statement, 'Action')).includes('secretsmanager:')
      ? secrets.filter((id) => JSON.stringify(statement).includes(`"${id}"`)).map((id) => [policy, id] as const)
      : [],
  );
};

const onlyBreakerReadsParentCredentials: Check = ({ template }) => {
  const isOfBreaker = (id: string) => id.startsWith('Breaker');
  return secretReaders(template).flatMap(([policy, secret]) =>
    isOfBreaker(policy) === isOfBreaker(secret) ? [] : [`${policy} may read ${secret}`],
  );
};

export const edgeChecks = {
  'only the literal routes exist': onlyLiteralRoutes,
  'there is one stage, named as configured': oneNamedStage,
  'the throttle is far above any peak': throttleFarAbovePeak,
  'the access log is JSON that no caller can forge': accessLogCannotBeForged,
  'the integration has payload format 2.0 and a timeout below ten seconds': integrationIsTheContract,
  'only the routes of the stage may invoke ingress': onlyTheRoutesInvoke,
  'functions set every important property explicitly': functionsAreExplicit,
  'every function has its own role and no managed policy': functionsHaveOwnRoles,
  'consumers report item failures and have a maximum concurrency': consumersReportItemFailures,
  'no policy allows a wildcard, except X-Ray': noWildcards,
  "only the breaker reads the parent account's credentials, and it reads no other secret":
    onlyBreakerReadsParentCredentials,
} satisfies Record<string, Check>;
