#!/usr/bin/env -S node --import tsx
import { runAsProcess } from '../cli/process';

/** The CLI does not import lib, so it gets the stages from here. Only commands with `--stage` load them. */
const loadStages = async () => {
  const { findStage, stageNames } = await import('../lib/stages.js');
  return {
    names: stageNames,
    find: (name: string) => {
      const known = stageNames.find((stageName) => stageName === name);
      return known === undefined ? undefined : findStage(known);
    },
  };
};

void runAsProcess(process, loadStages);
