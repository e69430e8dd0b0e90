import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { measure } from './measure/measure';
import { readOptions } from './options';
import { renderReport, reportOf } from './report';
import { readStage } from './stage-facts';

const print = (text: string): void => void process.stdout.write(text);
const printError = (text: string): void => void process.stderr.write(text);

const run = async (args: readonly string[]): Promise<void> => {
  const isHelp = args.includes('--help') || args.includes('-h');
  const options = readOptions(args, isHelp ? print : printError);
  const scratch = mkdtempSync(join(tmpdir(), 'gateway-cost-'));
  try {
    const stage = readStage(options.stage, join(scratch, 'stage'), options.options);
    const priced = options.tracing ? { ...stage, tracing: true } : stage;
    const report = reportOf(priced, await measure(priced, join(scratch, 'programs')), options.month);
    print(options.json ? `${JSON.stringify(report, undefined, 2)}\n` : renderReport(report));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
};

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
run(process.argv.slice(2)).catch((error: unknown) => {
  if (error instanceof CommanderError) {
    // Commander has written its message.
    process.exitCode = error.exitCode === 0 ? 0 : 2;
    return;
  }
  printError(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
