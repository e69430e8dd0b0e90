import { alarmChecks } from './alarm-checks';
import { edgeChecks } from './edge-checks';
import { operationChecks } from './operation-checks';
import { storageChecks } from './storage-checks';
import type { Synthesized } from './template';

/** Looks at a template and names what is wrong with it, the resource first. Nothing wrong is an empty list. */
export type Check = (synthesized: Synthesized) => readonly string[];

/** Every check by name. They are functions, so that mutated templates can prove each of them. */
export const checks = { ...storageChecks, ...edgeChecks, ...operationChecks, ...alarmChecks };

export type CheckName = keyof typeof checks;
export const checkNames = Object.keys(checks) as CheckName[]; // `Object.keys` widens to string.
