/**
 * Replaces `@aws-sdk/endpoint-cache` in the function bundles. The DynamoDB client creates one for endpoint discovery,
 * which is off by default and not used here; with its dependencies it is 8 kB of a bundle. The module name is replaced
 * at bundling (`lib/functions/function-bundle.ts`).
 */
export class EndpointCache {
  readonly isUnused = true;
}
