// Prints which browser the tests use, after it has started once: that of CHROMIUM_PATH, else the one of the package,
// which unpacks it to the temporary directory. A program of its own, because the package is an ES module, which Jest's
// module registry cannot load, and because a suite must know before its tests are defined.
import sparticuz from '@sparticuz/chromium';
import { chromium } from 'playwright-core';

const own = process.env.CHROMIUM_PATH ?? '';
const options =
  own === ''
    ? { executablePath: await sparticuz.executablePath(), args: sparticuz.args }
    : { executablePath: own, args: ['--no-sandbox'] };
const browser = await chromium.launch({ ...options, headless: true, timeout: 60_000 });
await browser.close();
process.stdout.write(JSON.stringify(options));
