import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  ApiMapping,
  DomainName,
  SecurityPolicy,
  type HttpApi,
  type HttpStage,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { ARecord, HostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayv2DomainProperties } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';

/** A domain name of your own for one stage. */
export interface CustomDomainOptions {
  /** In lower case, e.g. `hooks.example.com`. A stage has it alone: the stage's name is no part of the path. */
  readonly domainName: string;
  /** A certificate of ACM for that name, in the region of the stage. */
  readonly certificateArn: string;
  /**
   * The Route 53 zone to put the alias record into.
   * @default none: point a record of your own at the output `CustomDomainTarget`
   */
  readonly hostedZone?: HostedZoneOptions;
}

export interface HostedZoneOptions {
  readonly id: string;
  /** e.g. `example.com` */
  readonly name: string;
}

/** A host name as Twilio takes it: no underscores, no address in numbers. */
const domainNamePattern = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;
const certificatePattern = /^arn:[\w-]+:acm:([\w-]+):\d{12}:certificate\/[\w-]+$/;

/** @param region of the stage, where it names one */
export const customDomainFaults = (
  options: CustomDomainOptions | undefined,
  region: string | undefined,
): readonly string[] => {
  if (options === undefined) return [];
  const { domainName, certificateArn, hostedZone } = options;
  const faults: string[] = [];
  if (!domainNamePattern.test(domainName) || domainName.length > 253) {
    faults.push(
      `customDomain.domainName is ${JSON.stringify(domainName)}: give a host name in lower case, e.g. hooks.example.com`,
    );
  }
  const certificate = certificatePattern.exec(certificateArn);
  if (certificate === null) {
    faults.push(
      `customDomain.certificateArn is ${JSON.stringify(certificateArn)}: give arn:aws:acm:<region>:<account>:certificate/<id>`,
    );
  } else if (region !== undefined && certificate[1] !== region) {
    faults.push(
      `customDomain.certificateArn is in ${String(certificate[1])}: the certificate must be in the stage's region, ${region}`,
    );
  }
  if (hostedZone === undefined) return faults;
  if (!/^Z[A-Z0-9]{1,31}$/.test(hostedZone.id)) {
    faults.push(
      `customDomain.hostedZone.id is ${JSON.stringify(hostedZone.id)}: give the zone's id, e.g. Z0123456789ABC`,
    );
  }
  if (domainName !== hostedZone.name && !domainName.endsWith(`.${hostedZone.name}`)) {
    faults.push(
      `customDomain.hostedZone.name is ${JSON.stringify(hostedZone.name)}: it must be the end of ${JSON.stringify(domainName)}`,
    );
  }
  return faults;
};

export interface CustomDomainProps {
  readonly options: CustomDomainOptions;
  readonly api: HttpApi;
  readonly httpStage: HttpStage;
}

/** The domain name with TLS 1.2, mapped to the stage without a path, and its alias record. */
export class CustomDomain extends Construct {
  /** Where a record of the domain name must point to. */
  readonly target: string;

  constructor(scope: Construct, id: string, { options, api, httpStage }: CustomDomainProps) {
    super(scope, id);
    const domain = new DomainName(this, 'DomainName', {
      domainName: options.domainName,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', options.certificateArn),
      securityPolicy: SecurityPolicy.TLS_1_2,
    });
    new ApiMapping(this, 'Mapping', { api, domainName: domain, stage: httpStage });
    this.target = domain.regionalDomainName;
    if (options.hostedZone === undefined) return;
    const { id: hostedZoneId, name: zoneName } = options.hostedZone;
    new ARecord(this, 'Alias', {
      zone: HostedZone.fromHostedZoneAttributes(this, 'Zone', { hostedZoneId, zoneName }),
      // With the dot it is the whole name, also where it is the zone's own.
      recordName: `${options.domainName}.`,
      target: RecordTarget.fromAlias(
        new ApiGatewayv2DomainProperties(domain.regionalDomainName, domain.regionalHostedZoneId),
      ),
    });
  }
}
