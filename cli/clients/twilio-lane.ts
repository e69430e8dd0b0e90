import { readFallbackOutputs, type FallbackRegionFacts } from '../../lambda/shared/contract/stack-outputs';
import type { FallbackTarget } from '../target/target';
import { CliError } from '../terminal/cli-error';
import { describeFailure, isAwsShellError } from '../terminal/failure';
import type { Backend } from './ports';

/**
 * The lane whose URL Twilio gets: in another region if the stage has one there, else at home.
 * @returns undefined for a stage without a fallback lane
 * @throws CliError if the stack in the other region cannot be read, or has no URL
 */
export const twilioLane = async (
  { target, fallbackRegionStack }: Pick<Backend, 'target' | 'fallbackRegionStack'>,
  signal: AbortSignal,
): Promise<FallbackTarget | undefined> => {
  const { fallback, fallbackRegion } = target;
  if (fallback === undefined || fallbackRegion === undefined || fallbackRegionStack === undefined) return fallback;
  const outputs = await readOutputs(fallbackRegion, fallbackRegionStack, signal);
  const url = outputs === undefined ? undefined : readFallbackOutputs(outputs)?.url;
  if (url === undefined) throw withoutUrl(fallbackRegion, outputs !== undefined);
  return { ...fallback, postUrl: url, signedUrl: url, isInOtherRegion: true };
};

const readOutputs = async (
  { stackName, region }: FallbackRegionFacts,
  describe: NonNullable<Backend['fallbackRegionStack']>,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>> | undefined> => {
  try {
    return (await describe())?.outputs;
  } catch (error) {
    if (signal.aborted || isAwsShellError(error)) throw error;
    const { text, reason } = describeFailure(error, signal, { isDeployed: true });
    throw new CliError(
      `Cannot read the stack ${stackName} in the region ${region}, which has the fallback URL for Twilio. ${text}`,
      1,
      { cause: error, reason },
    );
  }
};

const withoutUrl = ({ stackName, region }: FallbackRegionFacts, exists: boolean): CliError => {
  const stack = `stack ${stackName} in the region ${region}`;
  return new CliError(
    (exists
      ? `The ${stack} has no output FallbackUrl, the fallback URL for Twilio.\n`
      : `There is no ${stack}, which has the fallback URL for Twilio.\n`) + `Next: \`npx cdk deploy ${stackName}\``,
  );
};
