#!/usr/bin/env node
/** The command as it is installed. A user's project has no `lib/stages.ts`: the gateways are found by their outputs. */
import { runAsProcess } from '../cli/process';

void runAsProcess(process, () => Promise.resolve({ names: [], find: () => undefined }));
