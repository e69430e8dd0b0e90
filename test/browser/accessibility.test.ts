import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describeInBrowser } from '../helpers/browser';
import { newMessageSid, statusForm } from '../helpers/webhooks';
import { openConsole, openScreen, rowWith, screens, sms, startConsole, startTimeoutMs } from './console-fixture';
import type { StartedConsole } from './console-fixture';

const folder = join(__dirname, '..', '..', 'test-results', 'screenshots');
const axe = require.resolve('axe-core/axe.min.js');
const desktop = { width: 1280, height: 800 };
/** A page of 1,280 pixels at 400 %, or a small telephone. */
const narrow = { width: 320, height: 640 };

describeInBrowser('the console for everybody', (browser) => {
  let started: StartedConsole;
  let page: Page;
  beforeAll(async () => {
    mkdirSync(folder, { recursive: true });
    started = await startConsole();
    const { send, directory } = started;
    const sid = newMessageSid();
    await send('messages', sms('Is the table by the window free tonight?'));
    await send('messages', sms('STOP', { OptOutType: 'STOP', From: '+15550100012' }));
    await send('status', statusForm(sid, 'sent'));
    await send('status', statusForm(sid, 'undelivered', { ErrorCode: '30003' }));
    await directory.gateway('send', 'call', '--status', 'completed');
    await directory.gateway('send', 'sms', '--tamper');
    // axe is injected, which the policy of the page refuses.
    ({ page } = await openConsole(browser(), started.url, { bypassCSP: true, reducedMotion: 'reduce' }));
    await page.addScriptTag({ path: axe });
  }, startTimeoutMs);
  afterAll(() => started.directory.remove());

  const checkScreen = async (name: string): Promise<void> => {
    const found: string[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize(desktop);
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) });
      if (colorScheme === 'dark') {
        // Nothing but the colours differs.
        found.push(...(await violations(page, 'dark', ['color-contrast'])));
        continue;
      }
      found.push(...(await violations(page, 'light')));
      await page.setViewportSize(narrow);
      found.push(...(await violations(page, '320 pixels')));
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(narrow.width);
      await page.screenshot({ path: join(folder, `${name}-narrow.png`) });
    }
    expect(found).toEqual([]);
    await page.setViewportSize(desktop);
  };

  test.each(screens)(
    'the screen %s has no violation that axe finds, in light, in dark and at 320 pixels',
    async (name) => {
      await openScreen(page, name);
      await settled(page);
      await checkScreen(name.toLowerCase().replace(' ', '-'));
    },
  );

  test('the message', async () => {
    await openScreen(page, 'Inbox');
    await rowWith(page, 'message.undelivered').first().getByRole('link').click();
    await page.getByRole('heading', { name: 'Status callbacks' }).waitFor();
    await checkScreen('message');
  });

  test('the event', async () => {
    await openScreen(page, 'Inbox');
    await rowWith(page, 'call').first().getByRole('link').click();
    await page.getByRole('heading', { name: 'Parameters' }).waitFor();
    await checkScreen('event');
  });

  test('the conversation', async () => {
    await openScreen(page, 'Conversations');
    await page.getByRole('list', { name: 'Conversations' }).getByRole('link').last().click();
    await page.locator('.bubble').first().waitFor();
    await checkScreen('conversation');
  });

  test('the list of shortcuts', async () => {
    await openScreen(page, 'Inbox');
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await checkScreen('shortcuts');
    await page.keyboard.press('Escape');
  });
});

/** What the screen shows has arrived. */
const settled = async (page: Page): Promise<void> => {
  await page.getByRole('heading', { level: 1 }).waitFor({ state: 'attached' });
  await page.waitForTimeout(400);
};

const everyRule = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** @param rules tags or names of axe's rules */
const violations = async (page: Page, where: string, rules = everyRule): Promise<readonly string[]> => {
  const { found, passed } = await page.evaluate<{ found: readonly string[]; passed: number }>(`axe
    .run(document, { runOnly: ${JSON.stringify(rules)} })
    .then(({ violations, passes }) => ({
      passed: passes.length,
      found: violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => id + ' ' + target.join(' ') + ' ' + failureSummary)),
    }))`);
  // The rules have found something to look at.
  expect(passed).toBeGreaterThan(rules === everyRule ? 15 : 0);
  return found.map((text) => `${where}: ${text}`);
};
