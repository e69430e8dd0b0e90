import { RemovalPolicy } from 'aws-cdk-lib';
import type { Stage } from './resolve-stage';

/**
 * In production the resource outlives the stack. A stack whose first creation fails still deletes it, unused as it is;
 * `RETAIN` would leave a set of orphans behind with every attempt.
 */
export const keptInProduction = (stage: Stage): RemovalPolicy =>
  stage.production ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;

/**
 * The same for a resource with deletion protection. CloudFormation cannot delete it, so with
 * `RETAIN_ON_UPDATE_OR_DELETE` the rollback of a failed creation would fail; `RETAIN` leaves an empty resource instead.
 */
export const protectedInProduction = (
  stage: Stage,
): { readonly deletionProtection: boolean; readonly removalPolicy: RemovalPolicy } => ({
  deletionProtection: stage.production,
  removalPolicy: stage.production ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
});
