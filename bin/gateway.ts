#!/usr/bin/env -S node --import tsx
import { runAsProcess } from '../cli/process';

/** The CLI may not know the stack, so it is handed the stages. Only commands with `--stage` load them. */
const loadStages = async () => {
  const { findStage, stageNames } = await import('../lib/stages.js');
  return {
    names: stageNames,
    find: (name: string) => {
      const known = stageNames.find((one) => one === name);
      return known === undefined ? undefined : findStage(known);
    },
  };
};

void runAsProcess(process, loadStages);
