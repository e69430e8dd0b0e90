import type { Problems } from './problems';

/** A domain name of your own for one stage. */
export interface CustomDomainOptions {
  /** In lower case, e.g. `hooks.example.com`. Only this stage uses it: paths do not contain the stage's name. */
  readonly domainName: string;
  /** An ACM certificate for that name, in the region of the stage. */
  readonly certificateArn: string;
  /**
   * The Route 53 hosted zone that gets the alias record.
   * @default none: create a record yourself that points to the output `CustomDomainTarget`
   */
  readonly hostedZone?: HostedZoneOptions;
}

/** A hosted zone of Route 53. */
export interface HostedZoneOptions {
  /** For example `Z0123456789ABC`. */
  readonly id: string;
  /** For example `example.com`. */
  readonly name: string;
}

/** A host name that Twilio accepts: no underscore, no IP address. */
const domainNamePattern = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;
const certificatePattern = /^arn:[\w-]+:acm:([\w-]+):\d{12}:certificate\/[\w-]+$/;

/** @param region of the stage, if it has a fixed one */
export const customDomainProblems = (options: CustomDomainOptions | undefined, region: string | undefined): Problems =>
  options === undefined
    ? []
    : [
        ...domainNameProblems(options.domainName),
        ...certificateProblems(options.certificateArn, region),
        ...hostedZoneProblems(options.hostedZone, options.domainName),
      ];

const domainNameProblems = (domainName: string): Problems =>
  domainNamePattern.test(domainName) && domainName.length <= 253
    ? []
    : [
        `customDomain.domainName is ${JSON.stringify(domainName)}: ` +
          'give a host name in lower case, e.g. hooks.example.com',
      ];

const certificateProblems = (certificateArn: string, region: string | undefined): Problems => {
  const certificate = certificatePattern.exec(certificateArn);
  if (certificate === null) {
    return [
      `customDomain.certificateArn is ${JSON.stringify(certificateArn)}: ` +
        'give arn:aws:acm:<region>:<account>:certificate/<id>',
    ];
  }
  if (region === undefined || certificate[1] === region) return [];
  return [
    `customDomain.certificateArn is in ${String(certificate[1])}: ` +
      `give a certificate in the stage's region, ${region}`,
  ];
};

const hostedZoneProblems = (hostedZone: HostedZoneOptions | undefined, domainName: string): Problems => {
  if (hostedZone === undefined) return [];
  const { id, name } = hostedZone;
  const isIn = domainName === name || domainName.endsWith(`.${name}`);
  return [
    ...(/^Z[A-Z0-9]{1,31}$/.test(id)
      ? []
      : [`customDomain.hostedZone.id is ${JSON.stringify(id)}: give the zone's id, e.g. Z0123456789ABC`]),
    ...(isIn
      ? []
      : [
          `customDomain.hostedZone.name is ${JSON.stringify(name)}: ` +
            `give the zone that contains ${JSON.stringify(domainName)}`,
        ]),
  ];
};
