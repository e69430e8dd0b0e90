import { Token } from 'aws-cdk-lib';
import type { Problems } from '../problems';

const pattern = /^[a-z]{2,}(?:-[a-z]+)+-\d+$/;

/** @param homeRegion undefined if it is known only when the stack is deployed */
export const fallbackRegionProblems = (
  fallbackRegion: string | undefined,
  hasFallbackLane: boolean,
  homeRegion: string | undefined,
): Problems => {
  if (fallbackRegion === undefined) return [];
  const isSame = homeRegion !== undefined && !Token.isUnresolved(homeRegion) && homeRegion === fallbackRegion;
  return [
    ...(pattern.test(fallbackRegion)
      ? []
      : [`fallbackRegion is ${JSON.stringify(fallbackRegion)}: give the name of a region, such as us-west-2`]),
    ...(hasFallbackLane ? [] : ['fallbackRegion needs fallbackLane']),
    ...(isSame ? [`fallbackRegion is ${fallbackRegion}, the region of the stage: give another one`] : []),
  ];
};
