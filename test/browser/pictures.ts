// Takes the pictures of docs/pictures: npx tsx test/browser/pictures.ts
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { findBrowser } from '../helpers/browser';
import { newMessageSid, statusForm, type Form } from '../helpers/webhooks';
import { openConsole, openScreen, rowWith, sms, startConsole } from './console-fixture';

const folder = join(__dirname, '..', '..', 'docs', 'pictures');

const received: readonly (readonly [from: string, text: string, changes?: Form])[] = [
  ['+15550100033', 'STOP', { OptOutType: 'STOP' }],
  ['whatsapp:+15550100042', 'Here is the damaged box', { To: 'whatsapp:+15550100002' }],
  ['+15550100007', 'Is the table by the window free?'],
  ['+15550100007', 'HOURS'],
];

const takePictures = async (): Promise<void> => {
  const found = findBrowser();
  if (typeof found === 'string') throw new Error(found);
  mkdirSync(folder, { recursive: true });
  const browser = await chromium.launch({ ...found, headless: true });
  const started = await startConsole();
  const { send, directory } = started;
  try {
    for (const [From, text, changes] of received) {
      await send('messages', sms(text, { From, ...changes }));
      // The reply and its statuses come before the next message.
      await new Promise((resolve) => setTimeout(resolve, 2_000));
    }
    const failed = { To: '+15550100021', ErrorCode: '30003' };
    await send('status', statusForm(newMessageSid(), 'undelivered', failed));
    await directory.gateway('send', 'call', '--status', 'completed');
    await directory.gateway('send', 'task');
    const { page } = await openConsole(browser, started.url, { colorScheme: 'light', reducedMotion: 'reduce' });
    const save = (name: string) => page.screenshot({ path: join(folder, `${name}.png`) });
    await rowWith(page, 'undelivered').first().waitFor();
    // Rows that have just arrived have another colour, and the replies of handlers follow.
    await page.waitForTimeout(3_000);
    await save('inbox');
    await openScreen(page, 'Conversations');
    await page.getByRole('link', { name: /\+15550100007/ }).click();
    await page.locator('.bubble-outbound').nth(1).waitFor();
    await page.waitForTimeout(500);
    await save('conversation');
    await openScreen(page, 'Setup');
    await page.getByRole('list', { name: 'URLs' }).waitFor();
    await save('setup');
  } finally {
    await browser.close();
    await directory.remove();
  }
};

void takePictures();
