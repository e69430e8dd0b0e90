import type { StageOptions } from './stage';

/** A finding that is right in general and wrong here. */
export interface RuleAcknowledgement {
  /** The rule's exact id, with the finding in brackets where the rule has several. */
  readonly id: string;
  /** The construct it is acknowledged on, below the stack; nothing above or beside it. `*` stands for one name. */
  readonly path: string;
  /**
   * The option of a stage that makes the construct: without it the path names nothing.
   * @default every stage has the construct
   */
  readonly onlyWith?: keyof StageOptions;
  readonly reason: string;
}

const xray =
  "X-Ray's PutTraceSegments and PutTelemetryRecords take no resource: AWS allows them on `*` only. The statement holds nothing else.";

/** Every finding of cdk-nag's AwsSolutions that is accepted. A test fails on one that matches nothing. */
export const acknowledgements: readonly RuleAcknowledgement[] = [
  {
    id: 'AwsSolutions-APIG4',
    path: 'FrontDoor/Route-*',
    reason:
      'Twilio cannot present an IAM or JWT authorization. Its signature over URL and body is the authorization, and ingress verifies it before anything else.',
  },
  {
    id: 'AwsSolutions-SMG4',
    path: 'AccountSecrets/*',
    reason:
      "The token is Twilio's to rotate. The secret has the shape of AWS's managed external secret, so that its rotation can be switched on; ingress accepts the old and the new token meanwhile.",
  },
  {
    id: 'AwsSolutions-SMG4',
    path: 'BasicAuthCredentials',
    onlyWith: 'basicAuth',
    reason:
      'The credentials stand in the URL that Twilio was given, so a person changes both; the secret holds two pairs meanwhile.',
  },
  { id: 'AwsSolutions-IAM5[Resource::*]', path: 'Ingress/Role', reason: xray },
  { id: 'AwsSolutions-IAM5[Resource::*]', path: 'Consumer/Role', reason: xray },
];
