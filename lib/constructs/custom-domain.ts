import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { ApiMapping, DomainName, SecurityPolicy, type HttpApi, type HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { ARecord, HostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayv2DomainProperties } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import type { CustomDomainOptions } from '../stage/custom-domain-options';

export interface CustomDomainProps {
  readonly options: CustomDomainOptions;
  readonly api: HttpApi;
  readonly httpStage: HttpStage;
}

/** A domain name with TLS 1.2, mapped to the stage without a path, and its alias record. */
export class CustomDomain extends Construct {
  /** The host name that a DNS record of the domain must point to. */
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
      // The final dot makes it an absolute name, so the CDK does not append the zone's.
      recordName: `${options.domainName}.`,
      target: RecordTarget.fromAlias(
        new ApiGatewayv2DomainProperties(domain.regionalDomainName, domain.regionalHostedZoneId),
      ),
    });
  }
}
