#!/usr/bin/env -S node --import tsx
process.exitCode = 1;
