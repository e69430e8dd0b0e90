import { Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { isDevelopment } from '../functions/development';
import { extraNameLength } from './gateways';
import { acknowledgements as shippedAcknowledgements, type RuleAcknowledgement } from '../nag-suppressions';
import { conflictProblems } from '../stage/conflicts';
import { localStage } from '../stage/local-stage';
import { resolveStage, type Stage } from '../stage/resolve-stage';
import type { ExistingResources, TwilioWebhookGatewayProps } from '../twilio-webhook-gateway-props';

/** Everything that a gateway is built from. */
export interface GatewaySettings {
  readonly stage: Stage;
  readonly existing: ExistingResources;
  /** The findings of cdk-nag that are accepted. */
  readonly acknowledgements: readonly RuleAcknowledgement[];
  /** Whether the gateway is a stack of its own, as in a clone of this project. */
  readonly isOwnStack: boolean;
}

/** A key that no caller of the construct can give. */
const settingsKey = Symbol('settings');

/** The props of the gateway in a `GatewayStack`, whose stage is resolved already. */
interface ResolvedProps extends TwilioWebhookGatewayProps {
  readonly [settingsKey]: GatewaySettings;
}

/** The props of the construct for a resolved stage. */
export const resolvedProps = (
  stage: Stage,
  acknowledgements: readonly RuleAcknowledgement[] = shippedAcknowledgements,
): TwilioWebhookGatewayProps => {
  const settings = { stage, existing: {}, acknowledgements, isOwnStack: true };
  const props: ResolvedProps = { stageName: stage.name, [settingsKey]: settings };
  return props;
};

const isResolved = (props: TwilioWebhookGatewayProps): props is ResolvedProps => settingsKey in props;

/**
 * Resolves the props of a gateway.
 * @throws Error that names the gateway and every bad key
 */
export const settingsOf = (gateway: Construct, props: TwilioWebhookGatewayProps): GatewaySettings => {
  const settings = isResolved(props) ? props[settingsKey] : resolve(gateway, props);
  return isDevelopment(gateway) ? localSettings(settings) : settings;
};

const resolve = (gateway: Construct, props: TwilioWebhookGatewayProps): GatewaySettings => {
  const { region } = Stack.of(gateway);
  const { vpc, vpcSubnets, securityGroups } = props;
  const options = { ...props, env: Token.isUnresolved(region) ? {} : { region } };
  const stage = resolveStage(props.stageName, options, {
    subject: gateway.node.path,
    nameKey: 'stageName',
    extraNameLength: extraNameLength(gateway),
    network: vpc && {
      vpc,
      ...(vpcSubnets === undefined ? {} : { vpcSubnets }),
      ...(securityGroups === undefined ? {} : { securityGroups }),
    },
    problems: conflictProblems(props),
  });
  return { stage, existing: props, acknowledgements: shippedAcknowledgements, isOwnStack: false };
};

/** The local gateway has an address of its own. */
const localSettings = (settings: GatewaySettings): GatewaySettings => {
  const { table, encryptionKey, alarmTopic, httpApi } = settings.existing;
  return {
    ...settings,
    stage: localStage(settings.stage),
    existing: {
      ...(table && { table }),
      ...(encryptionKey && { encryptionKey }),
      ...(alarmTopic && { alarmTopic }),
      // An imported API is in no template, so the gateway has one of its own.
      ...(httpApi?.stage.node.defaultChild && { httpApi: { stage: httpApi.stage } }),
    },
  };
};
