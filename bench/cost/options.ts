import { Command, InvalidArgumentError } from 'commander';
import { stageNames, type StageName } from '../../lib/stages';
import { region } from '../prices';
import type { Month } from './month';
import { stageOptions, type StageOption } from './stage-options';

export interface CostOptions {
  readonly month: Month;
  readonly stage: StageName;
  readonly tracing: boolean;
  /** Priced besides those that the stage has. */
  readonly options: readonly StageOption[];
  readonly json: boolean;
}

const largest = 1e12;

const wholeNumber = (text: string): number => {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > largest) throw new InvalidArgumentError('It must be a whole number.');
  return number;
};

const atLeastOne = (text: string): number => {
  const number = wholeNumber(text);
  if (number === 0) throw new InvalidArgumentError('It must be at least 1.');
  return number;
};

const oneOf =
  <Name extends string>(names: readonly Name[]) =>
  (text: string): Name => {
    const name = names.find((each) => each === text);
    if (name === undefined) throw new InvalidArgumentError(`It must be one of ${names.join(', ')}.`);
    return name;
  };

interface Given extends Omit<Month, 'sent'>, Readonly<Record<StageOption, boolean>> {
  readonly sent?: number;
  readonly stage: StageName;
  readonly tracing: boolean;
  readonly json: boolean;
  readonly region: string;
}

/** @throws CommanderError for --help, and for an option that is wrong */
export const readOptions = (args: readonly string[], write: (text: string) => void): CostOptions => {
  const command = new Command('npm run cost --')
    .description(
      `What AWS charges for a month of webhooks, in ${region} without free tier. Synthesizes the stage and runs its ` +
        'functions on this machine, which takes some ten seconds and needs no AWS account.',
    )
    .requiredOption('--messages <number>', 'incoming messages a month', wholeNumber)
    .option('--sent <number>', 'messages that you send a month (default: as many as come in)', wholeNumber)
    .option('--callbacks <number>', 'status callbacks of each message that you send', wholeNumber, 0)
    .option('--events <number>', 'events of Event Streams a month', wholeNumber, 0)
    .option('--handlers <number>', 'handlers that get every incoming message', wholeNumber, 0)
    .option('--accounts <number>', 'Twilio accounts', atLeastOne, 1)
    .option('--tracing', 'with X-Ray traces, whatever the stage says', false)
    .option('--reconciliation', "with the comparison with Twilio's list, whatever the stage says", false)
    .option('--canary', 'with a canary, whatever the stage says', false)
    .option('--fallback-lane', 'with a fallback lane, whatever the stage says', false)
    .option('--stage <name>', `stage of lib/stages.ts: ${stageNames.join(', ')}`, oneOf(stageNames), 'prod')
    .option('--region <region>', 'the only region whose prices are known', oneOf([region]), region)
    .option('--json', 'print JSON', false)
    .addHelpText('after', '\nExample:\n  npm run cost -- --messages 100000 --callbacks 3 --handlers 1')
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: write })
    .parse(args, { from: 'user' });
  const { messages, sent = messages, callbacks, events, handlers, accounts, ...others } = command.opts<Given>();
  const { stage, tracing, json } = others;
  const options = stageOptions.filter((name) => others[name]);
  return { month: { messages, sent, callbacks, events, handlers, accounts }, stage, tracing, options, json };
};
