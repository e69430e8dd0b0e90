import { eventually } from '../gateway/gateway-process';
import { describeInBrowser } from '../helpers/browser';
import { newMessageSid } from '../helpers/webhooks';
import { inbox, openConsole, openScreen, rowWith, sms, startConsole, startTimeoutMs } from './console-fixture';
import type { OpenPage, StartedConsole } from './console-fixture';
import { startOtherSite, type OtherSite } from './other-site';

/** What a stranger may send, by the word that each text begins with, and how the page shows it. */
const texts: readonly (readonly [word: string, sent: string, shown: string])[] = [
  ['script', '<script>alert(1)</script>', '<script>alert(1)</script>'],
  ['image', '<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
  ['vector', '<svg/onload=alert(1)><a href=javascript:alert(1)>', '<svg/onload=alert(1)><a href=javascript:alert(1)>'],
  ['entity', '&lt;b&gt; &#60;i&#62; &amp;amp;', '&lt;b&gt; &#60;i&#62; &amp;amp;'],
  ['override', 'invoice\u202Egpj.exe', 'invoice\\u202egpj.exe'],
  ['isolate', 'one\u2066two\u2069three', 'one\\u2066two\\u2069three'],
  ['invisible', 'pay\u200Bpal\u{E0041}', 'pay\\u200bpal\\u{e0041}'],
  ['terminal', '\u001B[2J\u0007 cleared', '\\u001b[2J\\u0007 cleared'],
  ['hebrew', '\u05E9\u05DC\u05D5\u05DD (1) 2', '\u05E9\u05DC\u05D5\u05DD (1) 2'],
  ['emoji', '\u{1F600}'.repeat(1_600), '\u{1F600}'.repeat(100)],
  ['long', 'a'.repeat(1_590), 'a'.repeat(150)],
  ['lines', `${'\n'.repeat(1_590)}end`, '\\n'.repeat(100)],
];

describeInBrowser('texts and pages of strangers', (browser) => {
  let started: StartedConsole;
  let other: OtherSite;
  beforeAll(async () => {
    [started, other] = await Promise.all([startConsole(), startOtherSite()]);
    for (const [word, sent] of texts) expect(await started.send('messages', sms(`${word} ${sent}`))).toBe(200);
  }, startTimeoutMs);
  afterAll(() => Promise.all([started.directory.remove(), other.close()]));

  /** A dialog of the browser means that a text has run as a script. */
  const openWatched = async (): Promise<OpenPage> => {
    const opened = await openConsole(browser(), started.url);
    opened.page.on('dialog', (dialog) => {
      opened.problems.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    return opened;
  };

  test('shows each text as text in a row of the same height', async () => {
    const { page, problems, close } = await openWatched();
    await rowWith(page, 'lines').waitFor();
    for (const [word, , shown] of texts) {
      const row = rowWith(page, `${word} ${shown.slice(0, 20)}`);
      expect(await row.locator('.cell-content').textContent()).toContain(`${word} ${shown}`);
      expect((await row.boundingBox())?.height).toBe(36);
    }
    expect(await inbox(page).locator('script, img, b, i').count()).toBe(0);
    expect(problems).toEqual([]);
    await close();
  });

  test('shows each text as text in the conversation, no wider than the page', async () => {
    const { page, problems, close } = await openWatched();
    await openScreen(page, 'Conversations');
    await page.getByRole('list', { name: 'Conversations' }).getByRole('link').first().click();
    const main = page.getByRole('main');
    await main.locator('.bubble', { hasText: 'long aaa' }).first().waitFor();
    for (const [word, sent, shown] of texts) {
      // Line breaks stay what they are here.
      const bubble = main.locator('.bubble-inbound', { hasText: word }).first();
      const expected = word === 'lines' ? 'end' : word === 'emoji' ? sent : shown;
      expect(await bubble.locator('.bubble-body').textContent()).toContain(expected);
    }
    expect(await main.locator('script, .bubble img, .bubble-body a, .bubble-body i').count()).toBe(0);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    expect(problems).toEqual([]);
    await close();
  });

  test('shows every parameter as text, and fetches media by a click only, from Twilio only', async () => {
    const sid = newMessageSid('MM');
    const form = sms('media <u>for you</u>', {
      MessageSid: sid,
      From: '+15550100044',
      NumMedia: '3',
      MediaUrl0: 'javascript:alert(1)',
      MediaContentType0: 'image/svg+xml',
      MediaUrl1: `${other.url}/api.twilio.com/pixel.png`,
      MediaContentType1: 'image/png',
      MediaUrl2: 'https://api.twilio.com.example/2010-04-01/pixel.png',
      MediaContentType2: '"><script>alert(1)</script>',
      ProfileName: '\u202E<img src=x onerror=alert(1)>',
      '<b>Name</b>': 'x',
    });
    const { page, problems, close } = await openWatched();
    expect(await started.send('messages', form)).toBe(200);
    await rowWith(page, 'media <u>').getByRole('link').click();
    const main = page.getByRole('main');
    await main.getByText('media <u>for you</u>').first().waitFor();
    await main.getByRole('cell', { name: '\\u202e<img src=x onerror=alert(1)>' }).waitFor();
    await main.getByRole('rowheader', { name: '<b>Name</b>' }).waitFor();
    expect(await main.locator('img, video, audio, script, u, [href^="javascript:"], [href^="http"]').count()).toBe(0);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    for (const name of ['attachment 1', 'attachment 2', 'attachment 3']) {
      await main.getByRole('button', { name: `Show ${name}` }).click();
    }
    await eventually(async () => expect(await main.getByRole('alert').count()).toBe(3));
    // The gateway was asked by the clicks, and asked nobody else.
    expect(asked.filter((url) => url.includes('/api/media'))).toHaveLength(3);
    expect(other.requests()).toEqual([]);
    expect(await main.locator('img, video, audio').count()).toBe(0);
    // The browser reports the answer 502 of each medium.
    expect(problems.filter((problem) => !problem.includes('502'))).toEqual([]);
    await close();
  });

  test('a page of another origin learns and changes nothing, even with the token', async () => {
    const context = await browser().newContext();
    const page = await context.newPage();
    const token = started.url.split('token=')[1] ?? '';
    const messages = async (): Promise<number> =>
      (await started.directory.gatewayJson<unknown[]>('messages', 'list', '--limit', '100')).length;
    // Each text has been stored, and the handler's reply to it.
    await eventually(async () => expect(await messages()).toBeGreaterThanOrEqual(2 * texts.length));
    const before = await messages();
    await page.goto(`${other.url}/?${new URLSearchParams({ console: new URL(started.url).origin, token }).toString()}`);
    const learned = await page.evaluate<Readonly<Record<string, string>>>('learned');
    expect(learned).toMatchObject({ page: 'TypeError', get: 'TypeError', session: 'TypeError', frame: 'nothing' });
    // Sent, and refused: the answer cannot be read.
    for (const answer of [learned['blindSession'], learned['blindSend']]) {
      expect(['TypeError', 'opaque 0 ']).toContain(answer);
    }
    for (const frame of page.frames().slice(1)) expect(await frame.locator('nav').count()).toBe(0);

    const [popup] = await Promise.all([
      context.waitForEvent('page'),
      page.evaluate(`void open(${JSON.stringify(started.url)})`),
    ]);
    await popup.waitForLoadState();
    expect(await popup.locator('body').textContent()).toContain('cross_site');
    expect(await popup.evaluate('opener')).toBeNull();

    expect(await messages()).toBe(before);
    await context.close();
  });

  test('another name for this machine is refused', async () => {
    const context = await browser().newContext();
    const page = await context.newPage();
    const { port } = new URL(started.url);
    const answer = await page.goto(`http://attacker.localhost:${port}/`);
    expect(answer?.status()).toBe(403);
    expect(await page.locator('body').textContent()).toContain('foreign_host');
    await context.close();
  });

  test.each([
    ['no token', '', 'Open the address that the gateway printed'],
    ['a wrong token', '#token=wrong', 'The gateway has restarted'],
  ])('with %s the page has nothing but advice', async (_, fragment, advice) => {
    const context = await browser().newContext();
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    await page.goto(`${new URL(started.url).origin}/${fragment}`);
    await page.getByRole('heading', { level: 1, name: advice }).waitFor();
    expect(await page.getByRole('navigation').count()).toBe(0);
    for (const path of ['gateway', 'webhooks', 'live', 'refused', 'setup']) {
      const asked = `fetch('/api/${path}', { signal: AbortSignal.timeout(5_000) }).then(({ status }) => status)`;
      expect(await page.evaluate(asked)).toBe(403);
    }
    await context.close();
  });

  test('the policy of the page refuses HTML from a text, inline scripts, and other origins', async () => {
    const { page, close } = await openConsole(browser(), started.url);
    const attempts = await page.evaluate(`(async (url) => {
      const attempt = (action) => {
        try {
          action();
          return 'done';
        } catch (error) {
          return error.name;
        }
      };
      const image = new Image();
      const loaded = new Promise((resolve) => {
        image.onload = () => resolve('done');
        image.onerror = () => resolve('refused');
      });
      image.src = url + '/pixel.png';
      return {
        html: attempt(() => (document.body.innerHTML = '<b>text</b>')),
        code: attempt(() => (document.createElement('script').src = url + '/code.js')),
        policy: attempt(() => trustedTypes.createPolicy('own', {})),
        image: await loaded,
        request: await fetch(url, { mode: 'no-cors' }).then(() => 'done', () => 'refused'),
      };
    })(${JSON.stringify(other.url)})`);
    expect(attempts).toEqual({
      html: 'TypeError',
      code: 'TypeError',
      policy: 'TypeError',
      image: 'refused',
      request: 'refused',
    });
    expect(other.requests()).toEqual([]);
    await close();
  });
});
