import type { IConstruct } from 'constructs';
import { developmentContext } from '../../lambda/shared/contract/bundle-recipe';

/** Whether the app is synthesized for the local gateway. */
export const isDevelopment = (scope: IConstruct): boolean => {
  const value: unknown = scope.node.tryGetContext(developmentContext);
  return value === true || value === 'true';
};
