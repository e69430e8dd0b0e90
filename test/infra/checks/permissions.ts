import { at, list, plainId, resources, type Template } from './template';

/** The permissions of each role, one line per statement: id, actions, resources, conditions. */
export type Permissions = Readonly<Record<string, readonly string[]>>;

const named = (value: unknown): string => {
  const id = at(value, 'Ref') ?? at(value, 'Fn::GetAtt', 0);
  return typeof id === 'string' ? plainId(id) : typeof value === 'string' ? value : JSON.stringify(value);
};

const line = (statement: unknown): string => {
  const condition = at(statement, 'Condition');
  const sid = at(statement, 'Sid');
  return [
    ...(at(statement, 'Effect') === 'Allow' ? [] : [String(at(statement, 'Effect'))]),
    typeof sid === 'string' ? sid : '-',
    list(at(statement, 'Action')).join(' '),
    list(at(statement, 'Resource')).map(named).join(' '),
    ...(condition === undefined ? [] : [JSON.stringify(condition)]),
  ].join(' | ');
};

/**
 * The permissions of every role of a template.
 * @throws Error if a role has permissions outside its own policies
 */
export const permissionsOf = (template: Template): Permissions => {
  for (const [id, { Properties }] of resources(template, 'AWS::IAM::Role')) {
    if (Properties['Policies'] !== undefined || list(Properties['ManagedPolicyArns']).length > 0) {
      throw new Error(`${id} has permissions outside its own policies`);
    }
  }
  const permissions: Record<string, string[]> = {};
  for (const [, { Properties }] of resources(template, 'AWS::IAM::Policy')) {
    for (const role of list(Properties['Roles'])) {
      const lines = list(at(Properties['PolicyDocument'], 'Statement')).map(line);
      (permissions[named(role)] ??= []).push(...lines);
    }
  }
  return permissions;
};
