import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

interface LaunchOptions {
  readonly executablePath: string;
  readonly args: string[];
}

/** The options with which the browser starts on this machine, or the reason why none does. */
export const findBrowser = (): LaunchOptions | string => {
  const program = join(__dirname, 'browser-executable.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [program], { encoding: 'utf8', timeout: 120_000 });
  // Written by the program.
  return status === 0 ? (JSON.parse(stdout) as LaunchOptions) : stderr.trim().slice(-1000);
};

/**
 * A suite in a real browser. On a machine where none starts, its tests are skipped and the reason is printed; `.ci/run`
 * fails on that.
 */
export const describeInBrowser = (title: string, define: (browser: () => Browser) => void): void => {
  const found = findBrowser();
  if (typeof found === 'string') {
    process.stderr.write(`SKIPPED: ${title}: no browser starts. CHROMIUM_PATH may name one.\n${found}\n`);
    describe.skip(title, () => define(noBrowser));
    return;
  }
  describe(title, () => {
    let browser: Browser | undefined;
    beforeAll(async () => {
      browser = await chromium.launch({ ...found, headless: true, timeout: 60_000 });
    }, 90_000);
    afterAll(() => browser?.close());
    define(() => browser ?? noBrowser());
  });
};

const noBrowser = (): never => {
  throw new Error('The browser has not started.');
};
