import { RemovalPolicy } from 'aws-cdk-lib';
import type { Stage } from './stage-options';

/**
 * What becomes of what is precious: in production it outlives the stack. A creation that fails takes its own
 * resources back, which were never used: `RETAIN` would leave a set of orphans behind for each try.
 */
export const keptInProduction = (stage: Stage): RemovalPolicy =>
  stage.production ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
