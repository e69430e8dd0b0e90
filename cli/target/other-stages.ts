import { stackName, stackOutputs } from '../../lambda/shared/contract/stack-outputs';
import type { ConfiguredStages } from './stage-settings';
import type { TargetSources } from './target';
import type { OtherStage } from '../clients/ports';

/**
 * The other stages, with their base URLs. A URL that cannot be read is left out silently: the stage may be in another
 * AWS account.
 */
export const findOtherStages = async (
  own: string,
  load: () => Promise<ConfiguredStages>,
  { settings, region, stack }: Pick<TargetSources, 'settings' | 'region' | 'stack'>,
): Promise<readonly OtherStage[]> => {
  const { names } = await load();
  const baseUrlOf = async (name: string): Promise<string | undefined> => {
    try {
      const found = await stack(stackName(name), await region((await settings(name))?.region));
      return found?.outputs[stackOutputs.baseUrl];
    } catch {
      return undefined;
    }
  };
  return Promise.all(
    names
      .filter((name) => name !== own)
      .map(async (name) => {
        const baseUrl = await baseUrlOf(name);
        return { name, ...(baseUrl === undefined ? {} : { baseUrl }) };
      }),
  );
};
