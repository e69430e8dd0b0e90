import { alarmChecks } from './alarm-checks';
import { edgeChecks } from './edge-checks';
import { operationChecks } from './operation-checks';
import { storageChecks } from './storage-checks';
import type { Synthesized } from './template';

/** Finds what is wrong with a template: one line per finding, which begins with the resource. */
export type Check = (synthesized: Synthesized) => readonly string[];

/** Every check by name. mutations.test.ts proves with changed templates that each check finds something. */
export const checks = { ...storageChecks, ...edgeChecks, ...operationChecks, ...alarmChecks };

export type CheckName = keyof typeof checks;
export const checkNames = Object.keys(checks) as CheckName[]; // `Object.keys` widens to string.
