import { CliError } from '../terminal/cli-error';

/** Which gateway the options of a command line name; without any, the local one. */
export interface TargetChoice {
  readonly stage?: string;
  /** A CloudFormation stack of any name. */
  readonly stack?: string;
  /** The prefix of the names of the gateway's outputs, if the stack has several gateways. */
  readonly gateway?: string;
}

/** Completes a suggested command: ` --stage dev`, or nothing for the local gateway. */
export const choiceOption = ({ stage, stack, gateway }: TargetChoice): string =>
  Object.entries({ stage, stack, gateway })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` --${name} ${value ?? ''}`)
    .join('');

/** @throws CliError for options that exclude or need each other */
export const checkChoice = ({ stage, stack, gateway }: TargetChoice): void => {
  if (stage !== undefined && stack !== undefined) {
    throw new CliError('Choose one of --stage and --stack: a stage is the stack TwilioWebhookGateway-<stage>.', 2);
  }
  if (gateway !== undefined && stack === undefined) {
    throw new CliError('--gateway chooses a gateway of a stack: name the stack as well, with --stack.', 2);
  }
};
