import { Aspects, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { RuleAcknowledgement } from '../nag-suppressions';

/** The path of a construct below its gateway. */
const pathIn = (gateway: IConstruct, construct: IConstruct): string =>
  construct.node.path.slice(gateway.node.path.length + 1);

/** Whether an acknowledgement is about the construct with this path below the gateway. */
const isAbout = ({ path }: RuleAcknowledgement, pathInGateway: string): boolean =>
  new RegExp(`^${path.replaceAll('*', '[^/]+')}$`).test(pathInGateway);

/**
 * Acknowledges findings of cdk-nag on constructs of the gateway, and on no other of the app. At synthesis, because
 * handlers add constructs.
 */
export const acknowledgeFindings = (gateway: IConstruct, acknowledgements: readonly RuleAcknowledgement[]): void => {
  const visit = (construct: IConstruct): void => {
    const path = pathIn(gateway, construct);
    for (const acknowledgement of acknowledgements) {
      if (!isAbout(acknowledgement, path)) continue;
      const { id, reason } = acknowledgement;
      Validations.of(construct).acknowledge({ id, reason });
    }
  };
  Aspects.of(gateway).add({ visit });
};

/** @throws Error if an acknowledgement is about no construct of the gateway, which the CDK would ignore */
export const checkAcknowledgements = (gateway: IConstruct, acknowledgements: readonly RuleAcknowledgement[]): void => {
  const paths = gateway.node.findAll().map((construct) => pathIn(gateway, construct));
  for (const acknowledgement of acknowledgements) {
    if (acknowledgement.onlyWith !== undefined || paths.some((path) => isAbout(acknowledgement, path))) continue;
    throw new Error(
      `lib/nag-suppressions.ts acknowledges ${acknowledgement.id} on ${acknowledgement.path}, ` +
        `but ${gateway.node.path} has no such construct: correct the path or remove the entry.`,
    );
  }
};
