#!/usr/bin/env node
/** The command as it is installed. A user's project has no `lib/stages.ts`: the gateways are found by their outputs. */
import { runAsProcess } from '../cli/process';
import { startAsPackage } from '../cli/terminal/program-name';

startAsPackage();
void runAsProcess(process, undefined);
