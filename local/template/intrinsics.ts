import { UnsupportedTemplateError, type Template } from './template';

/** The values of `Ref` and `Fn::GetAtt` for a resource. */
export interface ResolvedResource {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface PseudoParameters {
  readonly region: string;
  readonly accountId: string;
  readonly stackName: string;
  readonly stackId: string;
}

export type Resolve = (value: unknown) => unknown;

/**
 * Evaluates intrinsic functions as CloudFormation does. An unknown function or reference is an error: a wrong value
 * would cause an error only much later.
 */
export const createResolver = (
  template: Template,
  pseudo: PseudoParameters,
  resourceOf: (logicalId: string) => ResolvedResource | undefined,
): Resolve => {
  const pseudoParameters: Readonly<Record<string, string>> = {
    'AWS::AccountId': pseudo.accountId,
    'AWS::Partition': 'aws',
    'AWS::Region': pseudo.region,
    'AWS::StackId': pseudo.stackId,
    'AWS::StackName': pseudo.stackName,
    'AWS::URLSuffix': 'amazonaws.com',
  };

  const resource = (logicalId: string): ResolvedResource => {
    const known = resourceOf(logicalId);
    if (known !== undefined) return known;
    const declared = template.Resources[logicalId] ?? template.NotEmulated?.[logicalId];
    if (declared === undefined) throw new UnsupportedTemplateError(`The template has no resource ${logicalId}.`);
    // Outputs, log settings and policies also refer to resources that are not supported.
    const service = (declared.Type.split('::')[1] ?? '').toLowerCase();
    const arn = `arn:aws:${service}:${pseudo.region}:${pseudo.accountId}:${logicalId}`;
    return { ref: logicalId, attributes: { Arn: arn, TopicArn: arn } };
  };

  const reference = (name: string): string => {
    const value = pseudoParameters[name] ?? template.Parameters?.[name]?.Default;
    return typeof value === 'string' ? value : resource(name).ref;
  };

  const attribute = (logicalId: string, name: string): string => {
    const value = resource(logicalId).attributes[name];
    if (value !== undefined) return value;
    // The function that gets this value may need it only for calls to a resource that does not run locally.
    if (template.NotEmulated?.[logicalId] !== undefined) return `not-emulated-${logicalId}-${name}`;
    throw new UnsupportedTemplateError(`The local gateway does not know the attribute ${name} of ${logicalId}.`);
  };

  const substitute = (text: string, variables: Readonly<Record<string, unknown>>): string =>
    text.replace(/\$\{(!?)([^}]+)\}/g, (_match, literal: string, name: string) => {
      if (literal !== '') return `\${${name}}`;
      if (Object.hasOwn(variables, name)) return string(variables[name]);
      const dot = name.indexOf('.');
      return dot === -1 ? reference(name) : attribute(name.slice(0, dot), name.slice(dot + 1));
    });

  const string = (value: unknown): string => {
    const resolved = resolve(value);
    if (typeof resolved === 'string') return resolved;
    if (typeof resolved === 'number' || typeof resolved === 'boolean') return String(resolved);
    throw new UnsupportedTemplateError(`A string is needed where the template has ${JSON.stringify(resolved)}.`);
  };

  const list = (value: unknown): readonly unknown[] => {
    const resolved = resolve(value);
    if (Array.isArray(resolved)) return resolved;
    throw new UnsupportedTemplateError(`A list is needed where the template has ${JSON.stringify(resolved)}.`);
  };

  const functions: Readonly<Record<string, (argument: unknown) => unknown>> = {
    Ref: (name) => reference(String(name)),
    'Fn::GetAtt': (argument) => {
      const [logicalId, ...name]: readonly unknown[] =
        typeof argument === 'string' ? argument.split('.') : list(argument);
      return attribute(string(logicalId), name.map(string).join('.'));
    },
    'Fn::Join': (argument) => {
      const [separator, parts] = list(argument);
      return list(parts).map(string).join(string(separator));
    },
    'Fn::Select': (argument) => {
      const [index, items] = list(argument);
      const item = list(items)[Number(string(index))];
      if (item === undefined) throw new UnsupportedTemplateError('The index of Fn::Select is outside its list.');
      return item;
    },
    'Fn::Split': (argument) => {
      const [separator, text] = list(argument);
      return string(text).split(string(separator));
    },
    'Fn::Sub': (argument) => {
      if (typeof argument === 'string') return substitute(argument, {});
      const [text, variables] = argument as readonly [string, Readonly<Record<string, unknown>>];
      return substitute(text, variables);
    },
  };

  const resolve: Resolve = (value) => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value as Readonly<Record<string, unknown>>);
    const [name, argument] = entries[0] ?? ['', undefined];
    if (entries.length === 1 && (name === 'Ref' || name.startsWith('Fn::'))) {
      const intrinsic = functions[name];
      if (intrinsic === undefined) {
        throw new UnsupportedTemplateError(`The local gateway does not know the intrinsic function ${name}.`);
      }
      return intrinsic(argument);
    }
    return Object.fromEntries(entries.map(([key, item]) => [key, resolve(item)]));
  };
  return resolve;
};
