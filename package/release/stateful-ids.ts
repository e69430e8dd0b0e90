import type { Bump } from './changesets';

/** The logical ids of everything stateful: of each stage, by the type of resource. */
export type StatefulIds = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** Resources that the later templates do not have. A resource with another type or logical id is another resource. */
const lostResources = (before: StatefulIds, after: StatefulIds): readonly string[] =>
  Object.entries(before).flatMap(([stage, types]) =>
    Object.entries(types).flatMap(([type, ids]) =>
      ids.filter((id) => after[stage]?.[type]?.includes(id) !== true).map((id) => `${stage}: ${type} ${id}`),
    ),
  );

/**
 * If a resource is missing, an update replaces it, and its data, URL or address is lost. Only a major version may do
 * that, because `npm update` does not install major versions.
 * @param bump of the changesets that wait for a release
 * @returns one line for each resource; nothing in a major version
 */
export const statefulProblems = (before: StatefulIds, after: StatefulIds, bump: Bump | undefined): readonly string[] =>
  bump === 'major'
    ? []
    : lostResources(before, after).map((lost) => `${lost} is gone: this needs a changeset with \`major\``);
