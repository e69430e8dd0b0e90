import { localStage } from '../../lib/stage/local-stage';
import type { Stage } from '../../lib/stage/resolve-stage';
import { findStage, type StageName } from '../../lib/stages';
import { synthesizeStage } from '../../lib/synthesize';
import type { LoggingConfig } from './log-size';
import { optionFunctionIds, stageOptions, withOption, withoutOptions, type StageOption } from './stage-options';

/** An index that contains keys only. */
export interface IndexKeys {
  readonly name: string;
  readonly keys: readonly string[];
  readonly tableKeys: readonly string[];
}

export interface FunctionFacts {
  readonly memoryMb: number;
  readonly architecture: 'arm64' | 'x86_64';
  readonly logging: LoggingConfig | undefined;
}

/** The parts of the synthesized template that determine its cost. */
export interface StageFacts {
  readonly api: 'http' | 'rest';
  readonly accessLogFormat: string;
  readonly ingress: FunctionFacts;
  readonly consumer: FunctionFacts;
  readonly publisher: FunctionFacts;
  readonly handler: FunctionFacts;
  /** The most records of one batch. */
  readonly batchSizes: { readonly consumer: number; readonly publisher: number; readonly handler: number };
  readonly indexes: readonly IndexKeys[];
  readonly tracing: boolean;
  readonly fixed: FixedParts;
  /** In addition, if there is a handler. */
  readonly fixedOfEvents: FixedParts;
  /** In addition, for each handler. */
  readonly fixedOfHandler: FixedParts;
  /** The options that are priced. */
  readonly options: OptionsFacts;
}

/** Parts that cost something every month, whatever arrives. */
export interface FixedParts {
  readonly secrets: number;
  readonly keys: number;
  readonly dashboards: number;
  /** The metrics that the alarms read. */
  readonly alarmMetrics: number;
}

/** What an option adds to the template, and its settings. */
interface OptionFacts {
  readonly fixed: FixedParts;
  readonly function: FunctionFacts;
}

interface OptionsFacts {
  readonly reconciliation?: OptionFacts & { readonly everyMinutes: number; readonly windowHours: number };
  readonly canary?: OptionFacts & { readonly everyMinutes: number };
  readonly fallbackLane?: OptionFacts;
}

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}
type Resources = readonly (readonly [string, Resource])[];

interface KeySchema {
  readonly KeySchema: readonly { readonly AttributeName: string }[];
}
interface Index extends KeySchema {
  readonly IndexName: string;
  readonly Projection: { readonly ProjectionType: string };
}

/** The handler's construct in the template. */
const handlerId = 'Priced';

/**
 * Reads the template of a stage, without and with a handler, and with each option that is priced.
 * @param options those that are priced, besides those that the stage has
 * @throws Error for an unexpected resource, which would make a price wrong
 */
export const readStage = (name: StageName, directory: string, options: readonly StageOption[] = []): StageFacts => {
  const named = localStage(findStage(name));
  const stage = withoutOptions(named);
  const gateway = resourcesOf(stage, `${directory}/gateway`);
  const withHandler = resourcesOf(stage, `${directory}/handler`, 'bench/handlers/record-start.ts');
  const api = apiOf(gateway);
  const table = only(gateway, 'AWS::DynamoDB::Table') as Resource['Properties'] & KeySchema;
  const fixed = fixedParts(gateway);
  const all = fixedParts(withHandler);
  const fixedOfHandler = fixedParts(withHandler.filter(([id]) => id.startsWith(`Events${handlerId}`)));
  return {
    api,
    accessLogFormat: accessLogFormatOf(gateway, api),
    ingress: functionFacts(gateway, 'Ingress'),
    consumer: functionFacts(gateway, 'Consumer'),
    publisher: functionFacts(withHandler, 'EventsEventTopicPublisher'),
    handler: functionFacts(withHandler, `Events${handlerId}`),
    batchSizes: {
      consumer: batchSizeOf(gateway, 'Consumer'),
      publisher: batchSizeOf(withHandler, 'EventsEventTopic'),
      handler: batchSizeOf(withHandler, `Events${handlerId}`),
    },
    indexes: indexesOf(table),
    tracing:
      (only(gateway, functionType, 'Ingress')['TracingConfig'] as { Mode?: string } | undefined)?.Mode === 'Active',
    fixed,
    fixedOfEvents: less(less(all, fixed), fixedOfHandler),
    fixedOfHandler,
    options: Object.fromEntries(
      stageOptions
        .filter((option) => options.includes(option) || named[option] !== undefined)
        .map((option) => [option, optionFacts(named, option, `${directory}/${option}`, fixed)]),
    ),
  };
};

const optionFacts = (named: Stage, option: StageOption, directory: string, fixed: FixedParts) => {
  const stage = withOption(named, option);
  const resources = resourcesOf(stage, directory);
  return {
    ...stage[option],
    fixed: less(fixedParts(resources), fixed),
    function: functionFacts(resources, optionFunctionIds[option]),
  };
};

const functionType = 'AWS::Lambda::Function';

const resourcesOf = (stage: Stage, directory: string, entry?: string): Resources => {
  const { template } = synthesizeStage(stage, directory, (stack) => {
    if (entry !== undefined) stack.onMessage(handlerId, { entry });
  });
  // The CDK wrote a CloudFormation template.
  return Object.entries((template as { readonly Resources: Readonly<Record<string, Resource>> }).Resources);
};

const ofType = (resources: Resources, type: string, prefix = ''): readonly Resource['Properties'][] =>
  resources.flatMap(([id, { Type, Properties }]) => (Type === type && id.startsWith(prefix) ? [Properties] : []));

const only = (resources: Resources, type: string, prefix = ''): Resource['Properties'] => {
  const [first, ...others] = ofType(resources, type, prefix);
  if (first === undefined || others.length > 0) {
    throw new Error(`Expected one ${type} ${prefix}, found ${others.length + (first === undefined ? 0 : 1)}.`);
  }
  return first;
};

const apiOf = (resources: Resources): StageFacts['api'] => {
  if (ofType(resources, 'AWS::ApiGateway::RestApi').length > 0) return 'rest';
  if (only(resources, 'AWS::ApiGatewayV2::Api')['ProtocolType'] === 'HTTP') return 'http';
  throw new Error('The API is neither an HTTP API nor a REST API.');
};

const accessLogFormatOf = (resources: Resources, api: StageFacts['api']): string => {
  const type = api === 'http' ? 'AWS::ApiGatewayV2::Stage' : 'AWS::ApiGateway::Stage';
  const settings = only(resources, type)[api === 'http' ? 'AccessLogSettings' : 'AccessLogSetting'];
  return (settings as { readonly Format?: string } | undefined)?.Format ?? '';
};

const functionFacts = (resources: Resources, prefix: string): FunctionFacts => {
  const properties = only(resources, functionType, prefix);
  return {
    memoryMb: Number(properties['MemorySize']),
    architecture: (properties['Architectures'] as readonly string[])[0] === 'arm64' ? 'arm64' : 'x86_64',
    logging: properties['LoggingConfig'] as LoggingConfig | undefined,
  };
};

const batchSizeOf = (resources: Resources, prefix: string): number =>
  Number(only(resources, 'AWS::Lambda::EventSourceMapping', prefix)['BatchSize']);

const namesOf = ({ KeySchema }: KeySchema): readonly string[] => KeySchema.map(({ AttributeName }) => AttributeName);

const indexesOf = (table: Resource['Properties'] & KeySchema): readonly IndexKeys[] => {
  const indexes = (table['GlobalSecondaryIndexes'] ?? []) as readonly Index[];
  if (indexes.some(({ Projection }) => Projection.ProjectionType !== 'KEYS_ONLY')) {
    throw new Error('An index contains more than keys.');
  }
  return indexes.map((index) => ({ name: index.IndexName, keys: namesOf(index), tableKeys: namesOf(table) }));
};

const less = (all: FixedParts, part: FixedParts): FixedParts => ({
  secrets: all.secrets - part.secrets,
  keys: all.keys - part.keys,
  dashboards: all.dashboards - part.dashboards,
  alarmMetrics: all.alarmMetrics - part.alarmMetrics,
});

const fixedParts = (resources: Resources): FixedParts => ({
  secrets: ofType(resources, 'AWS::SecretsManager::Secret').length,
  keys: ofType(resources, 'AWS::KMS::Key').length,
  dashboards: ofType(resources, 'AWS::CloudWatch::Dashboard').length,
  alarmMetrics: ofType(resources, 'AWS::CloudWatch::Alarm').reduce((sum, alarm) => sum + metricsOf(alarm), 0),
});

/** An alarm on one metric names it; an alarm on a formula lists the metrics that it reads. */
const metricsOf = ({ Metrics }: Resource['Properties']): number =>
  Metrics === undefined
    ? 1
    : (Metrics as readonly { readonly MetricStat?: object }[]).filter(({ MetricStat }) => MetricStat !== undefined)
        .length;
