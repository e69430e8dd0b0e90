import type { Assembly } from '../../local/gateway';
import { devAssembly } from './assembly';

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;

const replace = (value: unknown, from: string, to: unknown): unknown => {
  if (Array.isArray(value)) return value.map((child) => replace(child, from, to));
  if (!isObject(value)) return value;
  if (value['Ref'] === from) return to;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, replace(child, from, to)]));
};

/** The dev stage with `accounts: ['main', …more]`, made from its template without synthesizing it again. */
export const assemblyWithAccounts = (...more: readonly string[]): Assembly => {
  const { directory, template } = devAssembly();
  const { Resources, Outputs, ...rest } = template as unknown as {
    readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties?: Json }>>;
    readonly Outputs: Json;
  };
  const main = Object.keys(Resources).find((id) => id.startsWith('AccountSecretsmain'));
  if (main === undefined) throw new Error('the dev stage has no secret of the account main');
  const ids = [main, ...more.map((name, at) => `AccountSecrets${name}${String(at).padStart(8, '0')}`)];
  const all = { 'Fn::Join': [',', ids.map((Ref) => ({ Ref }))] };
  const changed = {
    ...rest,
    Resources: {
      ...Object.fromEntries(
        Object.entries(Resources).map(([id, resource]) => [
          id,
          // Only the functions' variables: the local gateway does not enforce policies, which list secrets one by one.
          resource.Type === 'AWS::Lambda::Function' ? replace(resource, main, all) : resource,
        ]),
      ),
      ...Object.fromEntries(ids.slice(1).map((id) => [id, Resources[main]])),
    },
    Outputs: {
      ...Outputs,
      ...(replace({ AccountSecretArns: Outputs['AccountSecretArns'] }, main, all) as Json),
    },
  };
  // The changed parts keep their shape.
  return { directory, template: changed as unknown as Assembly['template'] };
};
