import { Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { gatewayOf } from '../gateway/gateways';

/** The gateway that has each thing of yours, by the app's root. */
const claims = new WeakMap<IConstruct, Map<unknown, IConstruct>>();

/**
 * Remembers that a gateway has a thing of yours that no other gateway of the app can have as well.
 * @param scope a construct in the gateway
 * @param thing the construct, which may be imported more than once
 * @param name of the thing, by which imports of the same one are recognized
 * @param why another gateway cannot have it
 * @throws Error if another gateway has it
 */
export const claim = (scope: IConstruct, thing: IConstruct, name: string, why: string): void => {
  const gateway = gatewayOf(scope);
  const known = claims.get(scope.node.root) ?? new Map<unknown, IConstruct>();
  claims.set(scope.node.root, known);
  const key = Token.isUnresolved(name) ? thing : name;
  const other = known.get(key) ?? gateway;
  if (other !== gateway) throw new Error(`${gateway.node.path}: ${other.node.path} has ${why}.`);
  known.set(key, gateway);
};
