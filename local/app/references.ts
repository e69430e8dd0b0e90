import { localRegion } from '../server/aws-identity';
import type { Template } from '../template/template';
import type { AppStack } from './cloud-assembly';

/**
 * Called for each reference to a resource, with the stack that has it.
 * @returns the logical id to write instead
 */
export type OnReference = (stack: AppStack, logicalId: string) => string;

/**
 * Reads references across all stacks of an app. In the result, parameters, mappings and imports of other stacks are
 * replaced by their values, so that only references to resources are left.
 */
export const createReferenceReader = (stacks: readonly AppStack[]) => {
  const exports = new Map(
    stacks.flatMap((stack) =>
      Object.values(stack.template.Outputs ?? {}).flatMap(({ Value, Export }) =>
        typeof Export?.Name === 'string' ? [[Export.Name, { stack, value: Value }] as const] : [],
      ),
    ),
  );
  const stackOutput = ({ StackName: name, OutputName: output }: StackOutput) => {
    const stack = stacks.find((candidate) => candidate.name === name);
    const found = stack?.template.Outputs?.[output ?? ''];
    return stack === undefined || found === undefined ? undefined : { stack, value: found.Value };
  };

  const read = (value: unknown, stack: AppStack, onReference: OnReference): unknown => {
    if (Array.isArray(value)) return value.map((item) => read(item, stack, onReference));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [name, argument] = (entries[0] ?? ['', undefined]) as readonly [string, unknown];
    const intrinsic = entries.length === 1 ? intrinsics[name] : undefined;
    return intrinsic === undefined
      ? Object.fromEntries(entries.map(([key, item]) => [key, read(item, stack, onReference)]))
      : intrinsic(argument, stack, onReference);
  };

  const intrinsics: Readonly<
    Record<string, (argument: unknown, stack: AppStack, onReference: OnReference) => unknown>
  > = {
    Ref: (argument, stack, onReference) => {
      const name = String(argument);
      return parameter(stack.template, name) ?? { Ref: isPseudo(name) ? name : onReference(stack, name) };
    },
    'Fn::GetAtt': (argument, stack, onReference) => {
      const [logicalId, ...attribute] = (Array.isArray(argument) ? argument : String(argument).split('.')) as string[];
      return { 'Fn::GetAtt': [onReference(stack, logicalId ?? ''), attribute.join('.')] };
    },
    'Fn::Sub': (argument, stack, onReference) => {
      const [text, variables] = (Array.isArray(argument) ? argument : [argument, {}]) as unknown as readonly [
        string,
        object,
      ];
      const replaced = text.replace(/\$\{(!?)([^}]+)\}/g, (whole, literal: string, name: string) => {
        if (literal !== '' || Object.hasOwn(variables, name) || isPseudo(name)) return whole;
        const [logicalId = '', ...attribute] = name.split('.');
        return (
          parameter(stack.template, name)?.toString() ??
          `\${${[onReference(stack, logicalId), ...attribute].join('.')}}`
        );
      });
      return { 'Fn::Sub': [replaced, read(variables, stack, onReference)] };
    },
    'Fn::FindInMap': (argument, stack) => mapped(argument, stack.template),
    'Fn::ImportValue': (argument, stack, onReference) => {
      const name = read(argument, stack, onReference);
      const found = exports.get(String(name));
      // If the app does not contain the stack with this export, only the name of the export is known.
      return found === undefined ? name : read(found.value, found.stack, onReference);
    },
    'Fn::GetStackOutput': (argument, _stack, onReference) => {
      const found = stackOutput(argument as StackOutput);
      return found === undefined
        ? String((argument as StackOutput).OutputName)
        : read(found.value, found.stack, onReference);
    },
  };
  return { read };
};

interface StackOutput {
  readonly StackName?: string;
  readonly OutputName?: string;
}

const isPseudo = (name: string): boolean => name.startsWith('AWS::');

const parameter = ({ Parameters = {} }: Template, name: string): string | number | undefined => {
  const value = Object.hasOwn(Parameters, name) ? Parameters[name]?.Default : undefined;
  return typeof value === 'string' || typeof value === 'number' ? value : undefined;
};

/** The value of `Fn::FindInMap`; unchanged where its keys are not known. */
const mapped = (argument: unknown, { Mappings }: Template): unknown => {
  const keys = (argument as readonly unknown[]).slice(0, 3);
  const value = keys.reduce<unknown>((found, key) => {
    const isRegion = (key as { readonly Ref?: unknown } | null)?.Ref === 'AWS::Region';
    return (found as Readonly<Record<string, unknown>> | undefined)?.[isRegion ? localRegion : String(key)];
  }, Mappings);
  return value ?? { 'Fn::FindInMap': argument };
};
