#!/usr/bin/env -S node --import tsx
import { runAsProcess } from '../cli/process';

void runAsProcess(process);
