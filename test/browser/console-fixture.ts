import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { workingDirectory, type ReadyGateway, type WorkingDirectory } from '../gateway/gateway-process';
import { testAccount } from '../helpers/test-account';
import { encodeForm, sendRaw, smsForm, twilioSignature, type Form } from '../helpers/webhooks';

export const startTimeoutMs = 90_000;

/** The entries of the navigation, in their order. */
export const screens = [
  'Inbox',
  'Conversations',
  'Refused',
  'Queues',
  'Handlers',
  'Try it',
  'Health',
  'Setup',
] as const;

export interface StartedConsole {
  readonly directory: WorkingDirectory;
  readonly gateway: ReadyGateway;
  /** Its address, with the token. */
  readonly url: string;
  /** Signs a webhook as Twilio does, and sends it. @returns the status of the answer */
  readonly send: (route: 'messages' | 'status' | 'events', form: Form) => Promise<number>;
}

/** `npm start` with the example handlers, whose replies a stand-in for Twilio takes. */
export const startConsole = async (
  directory = workingDirectory(),
  ...args: readonly string[]
): Promise<StartedConsole> => {
  const gateway = await directory.startReady(['--port', '0', '--handlers', 'examples', ...args], {
    TWILIO_ACCOUNT_SID: testAccount.accountSid,
    TWILIO_AUTH_TOKEN: testAccount.authToken,
  });
  const { console: url = '', webhooks } = gateway.state;
  return {
    directory,
    gateway,
    url,
    send: async (route, form) => {
      const headers = [
        ['content-type', 'application/x-www-form-urlencoded'],
        ['x-twilio-signature', twilioSignature(webhooks[route], form)],
      ] as const;
      return (await sendRaw(webhooks[route], { method: 'POST', headers, body: encodeForm(form) })).status;
    },
  };
};

/** The webhooks of an SMS with this text. */
export const sms = (Body: string, changes: Form = {}): Form => smsForm({ Body, ...changes });

export interface OpenPage {
  readonly page: Page;
  /** What went wrong without a test's knowledge: errors of the page, and requests to another origin. */
  readonly problems: string[];
  readonly close: () => Promise<void>;
}

/** Opens the console in a tab of its own, as a person who follows the printed address. */
export const openConsole = async (
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<OpenPage> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const problems: string[] = [];
  const { origin } = new URL(url);
  page.on('pageerror', ({ message }) => problems.push(`error: ${message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const asked = new URL(request.url());
    if (asked.origin !== origin && asked.protocol !== 'blob:') problems.push(`request to ${asked.origin}`);
  });
  page.setDefaultTimeout(10_000);
  await page.goto(url);
  // The frame of the page is there before; a click on it in that moment would hit what is being replaced.
  await page
    .getByRole('banner')
    .getByText(/^(?:local gateway|stage .+)$/)
    .waitFor();
  return { page, problems, close: () => context.close() };
};

export const openScreen = async (page: Page, title: (typeof screens)[number]): Promise<void> => {
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: title, exact: true }).click();
  await page.locator('nav [aria-current=page]', { hasText: title }).waitFor();
};

export const inbox = (page: Page) => page.getByRole('table', { name: 'Inbox' });

/** The row of the inbox that has this text. */
export const rowWith = (page: Page, text: string) => inbox(page).getByRole('row').filter({ hasText: text });
