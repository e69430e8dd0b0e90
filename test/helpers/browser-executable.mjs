// Prints which browser the tests use, after it has started once: that of CHROMIUM_PATH, else the one of the package,
// which unpacks it to the temporary directory. A program of its own, because the package is an ES module, which Jest's
// module registry cannot load, and because a suite must know before its tests are defined.
import sparticuz from '@sparticuz/chromium';
import { chromium } from 'playwright-core';

const own = process.env.CHROMIUM_PATH ?? '';
const executablePath = own === '' ? await sparticuz.executablePath() : own;
// Not the package's own arguments, which switch off the rules for other origins and run all pages in one process.
const options = { executablePath, args: ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none'] };
const browser = await chromium.launch({ ...options, headless: true, timeout: 60_000 });
await browser.close();
process.stdout.write(JSON.stringify(options));
