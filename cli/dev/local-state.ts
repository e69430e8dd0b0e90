import { findState } from '../../local/state-file';

/**
 * The state file of the gateway that runs in this directory, or of the last one.
 * @returns undefined if there is none
 */
export const readLocalState = (directory: string): Promise<string | undefined> => Promise.resolve(findState(directory));
