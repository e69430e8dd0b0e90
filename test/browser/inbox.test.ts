import { DynamoDB } from '@aws-sdk/client-dynamodb';
import type { Page } from 'playwright-core';
import { eventually } from '../gateway/gateway-process';
import { describeInBrowser } from '../helpers/browser';
import { testAccount } from '../helpers/test-account';
import { newMessageSid } from '../helpers/webhooks';
import { messageItem } from '../unit/cli/message-table';
import { inbox, openConsole, openScreen, rowWith, sms, startConsole, startTimeoutMs } from './console-fixture';
import type { StartedConsole } from './console-fixture';

describeInBrowser('the inbox', (browser) => {
  let started: StartedConsole;
  beforeAll(async () => {
    started = await startConsole();
    for (const text of ['the oldest', 'the middle', 'the newest']) await started.send('messages', sms(text));
  }, startTimeoutMs);
  afterAll(() => started.directory.remove());

  test('is used by the keyboard alone', async () => {
    const { page, problems, close } = await openConsole(browser(), started.url);
    const { keyboard } = page;
    await rowWith(page, 'the newest').waitFor();
    // Replies of the handlers have other types.
    await keyboard.press('/');
    await keyboard.type('the ');
    await keyboard.press('Enter');
    await eventually(async () => expect(await inbox(page).getByRole('row').count()).toBe(4));
    // In a field the keys of the inbox are letters.
    await keyboard.type('jk?/');
    expect(await page.getByRole('searchbox').inputValue()).toBe('the jk?/');
    expect(await page.getByRole('dialog').count()).toBe(0);
    await keyboard.press('Escape');
    await keyboard.press('Escape');
    await rowWith(page, 'the newest').waitFor();
    await keyboard.press('j');
    const first = await focusedRow(page);
    await keyboard.press('j');
    const second = await focusedRow(page);
    await keyboard.press('j');
    await keyboard.press('k');
    expect(await focusedRow(page)).toBe(second);
    expect(second).not.toBe(first);
    expect(await hasVisibleFocus(page)).toBe(true);
    await keyboard.press('Enter');
    await page.getByRole('button', { name: 'Copy as curl' }).waitFor();
    await keyboard.press('Escape');
    await inbox(page).waitFor();
    // Back at the row that was opened.
    expect(await focusedRow(page)).toBe(second);
    expect(problems).toEqual([]);
    await close();
  });

  test('has a list of keys that keeps the focus, and gives it back', async () => {
    const { page, close } = await openConsole(browser(), started.url);
    const { keyboard } = page;
    await rowWith(page, 'the newest').waitFor();
    await keyboard.press('j');
    const row = await focusedRow(page);
    await keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    for (let tabs = 0; tabs < 4; tabs += 1) {
      await keyboard.press('Tab');
      // Or outside the page, in the browser's own buttons.
      expect(
        await page.evaluate("document.activeElement.closest('dialog, body').localName + document.hasFocus()"),
      ).toMatch(/^(dialogtrue|body.*)$/);
      expect(await page.evaluate("document.activeElement.closest('.navigation, .inbox') === null")).toBe(true);
    }
    await keyboard.press('Escape');
    await eventually(async () => expect(await page.getByRole('dialog').count()).toBe(0));
    expect(await focusedRow(page)).toBe(row);
    await close();
  });

  test('is reached by Tab in the order in which it is read, with the focus in sight', async () => {
    const { page, close } = await openConsole(browser(), started.url);
    await rowWith(page, 'the newest').waitFor();
    const names: string[] = [];
    for (let tabs = 0; tabs < 18; tabs += 1) {
      await page.keyboard.press('Tab');
      expect(await hasVisibleFocus(page)).toBe(true);
      names.push(
        await page.evaluate<string>(
          "((e) => e.getAttribute('aria-label') || (e.closest('.table-body') ? 'a row' : e.textContent.trim()))(document.activeElement)",
        ),
      );
      if (names.at(-1) === 'a row') break;
    }
    expect(names[0]).toBe('Skip to content');
    expect(names.slice(-5)).toEqual(['Search', 'Kind', 'Direction', 'Time range', 'a row']);
    expect(names).toEqual(expect.arrayContaining(['Inbox', 'Conversations', 'Setup', 'Keyboard shortcuts']));
    await page.keyboard.press('g');
    await page.keyboard.press('s');
    await page.getByRole('heading', { name: 'Setup' }).waitFor();
    await close();
  });

  test('does not move what is shown while webhooks arrive', async () => {
    const { page, close } = await openConsole(browser(), started.url);
    await page.evaluate(`new PerformanceObserver((list) => {
      for (const { value } of list.getEntries()) globalThis.shifted = (globalThis.shifted ?? 0) + value;
    }).observe({ type: 'layout-shift', buffered: true })`);
    await rowWith(page, 'the newest').waitFor();
    for (let sent = 1; sent <= 8; sent += 1) await started.send('messages', sms(`arriving ${sent}`));
    await rowWith(page, 'arriving 8').waitFor();
    expect(await page.evaluate('globalThis.shifted ?? 0')).toBeLessThan(0.05);
    await close();
  });

  test('scrolls through 10,000 webhooks with few rows in the page', async () => {
    await fillTable(started, 10_000);
    const { page, problems, close } = await openConsole(browser(), started.url);
    await rowWith(page, 'stored').first().waitFor({ timeout: 30_000 });
    const table = inbox(page);
    let most = 0;
    await eventually(async () => {
      await page.evaluate("void (document.querySelector('.table-scroller').scrollTop = 1e9)");
      most = Math.max(most, await table.getByRole('row').count());
      expect(await page.getByText('That is all in this period.').count()).toBe(1);
    }, 60_000);
    expect(Number(await table.getAttribute('aria-rowcount'))).toBeGreaterThan(10_000);
    await rowWith(page, 'stored 9999').waitFor();

    const longest: number[] = [];
    // Other suites share the machine, so the best of three counts.
    for (let run = 0; run < 3 && Math.min(Infinity, ...longest) >= 200; run += 1) {
      const { longTask, frames, rows } = await page.evaluate<{ longTask: number; frames: number; rows: number }>(
        scrollAll,
      );
      longest.push(longTask);
      most = Math.max(most, rows);
      expect(frames).toBeGreaterThanOrEqual(100);
    }
    expect(most).toBeLessThan(120);
    expect(Math.min(...longest)).toBeLessThan(200);
    await openScreen(page, 'Setup');
    await openScreen(page, 'Inbox');
    await rowWith(page, 'stored').first().waitFor();
    expect(problems).toEqual([]);
    await close();
  }, 120_000);
});

const focusedRow = (page: Page): Promise<string> =>
  page.evaluate<string>("document.activeElement.closest('[data-key]')?.getAttribute('data-key') ?? 'no row'");

/** An outline or a shadow, of the element or of what covers its row. */
const hasVisibleFocus = (page: Page): Promise<boolean> =>
  page.evaluate<boolean>(`[undefined, '::after'].some((part) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(document.activeElement, part);
    return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
  })`);

/** From the last row to the first in 100 frames. */
const scrollAll = `(async () => {
  const element = document.querySelector('.table-scroller');
  let [longTask, rows, frames] = [0, 0, 0];
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longTask = Math.max(longTask, duration);
  });
  observer.observe({ type: 'longtask' });
  const height = element.scrollHeight - element.clientHeight;
  for (frames = 0; frames < 100; frames += 1) {
    element.scrollTop = height * (1 - frames / 99);
    await new Promise(requestAnimationFrame);
    rows = Math.max(rows, element.querySelectorAll('[role=row]').length);
  }
  await new Promise((resolve) => setTimeout(resolve, 100));
  observer.disconnect();
  return { longTask, rows, frames };
})()`;

const perRequest = 25;

/** Stores messages of the last hours, as the consumer does, but without a webhook for each. */
const fillTable = async ({ gateway: { state } }: StartedConsole, count: number): Promise<void> => {
  const client = new DynamoDB({
    endpoint: state.endpoints.dynamodb,
    region: state.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const newest = Date.now();
  const itemOf = (index: number) =>
    messageItem(
      newMessageSid(),
      new Date(newest - index * 2_000).toISOString(),
      testAccount.accountSid,
      `stored ${index}`,
    );
  for (let at = 0; at < count; at += perRequest) {
    const requests = Array.from({ length: perRequest }, (_, index) => ({ PutRequest: { Item: itemOf(at + index) } }));
    await client.batchWriteItem({ RequestItems: { [state.tableName]: requests } });
  }
  client.destroy();
};
