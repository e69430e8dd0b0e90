const homeRegionDecides =
  'The home region takes every message from this queue, and gives none up: its own queue has a dead-letter queue. ' +
  'Until then messages wait here for 14 days.';

/** The accepted findings of cdk-nag of the stack in another region. The paths are below that stack. */
export const regionFindings = [
  {
    path: 'Lane/Route',
    id: 'AwsSolutions-APIG4',
    reason:
      'Twilio cannot send an IAM or JWT authorization. Nothing on the queue of this route is trusted: the home ' +
      'region verifies the signature of each request.',
  },
  {
    path: 'Lane/SenderRole',
    id: 'NIST.800.53.R5-IAMNoInlinePolicy',
    reason: 'The policy belongs to exactly one role and is deleted with it. A managed one could be attached elsewhere.',
  },
  { path: 'Lane/Queue', id: 'AwsSolutions-SQS3', reason: homeRegionDecides },
  { path: 'Lane/Queue', id: 'Serverless-SQSRedrivePolicy', reason: homeRegionDecides },
  {
    path: 'Lane/AccessLog',
    id: 'NIST.800.53.R5-CloudWatchLogGroupEncrypted',
    reason:
      "Encrypted with AWS's key. The key of a stage is in the home region, and this lane must work while that fails.",
  },
].map((finding) => ({ ...finding, onlyWith: 'fallbackRegion' as const }));
