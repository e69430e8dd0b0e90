#!/usr/bin/env node
import { runAsProcess } from '../cli/process';
import { startAsPackage } from '../cli/terminal/program-name';

// The command of the package. A user's stages are props in an app of their own: no stage has known settings.
startAsPackage();
void runAsProcess(process, undefined);
