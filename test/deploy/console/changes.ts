import { openConsole, openScreen } from '../../browser/console-fixture';
import { describeInBrowser } from '../../helpers/browser';
import { testAccount } from '../../helpers/test-account';
import { newMessageSid } from '../../helpers/webhooks';
import { stage } from '../assembly';
import { documentedPermissions, startAwsCalls, type AwsCalls } from './aws-calls';
import { createProductionStack, productionStage } from './production-stack';
import { startStageConsole, type StageConsole } from './stage-console';

const person = '+15550100064';
/** The emulator knows no message move tasks. */
const noRedrive = 'ListMessageMoveTasks';

/** `gateway console --allow-changes`, of a stage without handlers that has one dead letter. */
export const changesSuite = (): void => {
  let aws: AwsCalls;
  beforeAll(async () => {
    aws = await startAwsCalls();
  });
  afterAll(() => aws.close());

  test('sends a webhook, and says why it cannot redrive or replay', async () => {
    const changing = await startStageConsole(['--stage', stage, '--allow-changes'], aws.env);
    try {
      expect(await changing.post('/api/send', { kind: 'sms', from: person, body: 'from the page' })).toMatchObject({
        status: 200,
        body: { answers: [{ status: 200 }] },
      });
      expect(await changing.post('/api/queues/events/redrive', {})).toMatchObject({
        status: 502,
        body: { error: { reason: 'failed', message: expect.stringContaining(noRedrive) as string } },
      });
      const replay = { id: newMessageSid(), accountSid: testAccount.accountSid };
      expect(await changing.post('/api/replay', replay)).toMatchObject({
        status: 409,
        body: { error: { message: expect.stringContaining('No events are published at stage dev') as string } },
      });
    } finally {
      expect((await changing.stop()).code).toBe(0);
    }
  });

  describe('of a production stage', () => {
    let production: StageConsole;
    let deleteStack: () => Promise<void>;
    beforeAll(async () => {
      deleteStack = await createProductionStack();
      production = await startStageConsole(['--stage', productionStage, '--allow-changes'], aws.env);
    });
    afterAll(async () => {
      await production.stop();
      await deleteStack();
    });

    test('needs the name of the stage for each change', async () => {
      expect(await production.get('/api/gateway')).toMatchObject({
        name: `stage ${productionStage}`,
        isProduction: true,
        allowsChanges: true,
        confirmation: productionStage,
      });
      for (const confirm of [{}, { confirm: stage }]) {
        for (const path of ['/api/send', '/api/queues/events/redrive', '/api/replay']) {
          expect(await production.post(path, { kind: 'sms', ...confirm })).toMatchObject({
            status: 400,
            body: { error: { reason: 'not_confirmed' } },
          });
        }
      }
      const confirmed = { kind: 'sms', from: person, confirm: productionStage };
      expect(await production.post('/api/send', confirmed)).toMatchObject({ body: { answers: [{ status: 200 }] } });
    });

    describeInBrowser('in a browser', (browser) => {
      test('asks for the name of the stage before a redrive, and shows why it did not begin', async () => {
        const { page, close } = await openConsole(browser(), production.url);
        await page.getByRole('banner').getByText('Production', { exact: true }).waitFor();
        await openScreen(page, 'Queues');
        await page
          .getByRole('link', { name: /events/ })
          .first()
          .click();
        const main = page.getByRole('main');
        await main.getByRole('button', { name: 'Redrive' }).click({ timeout: 20_000 });
        const dialog = page.getByRole('dialog');
        const redrive = dialog.getByRole('button', { name: 'Redrive' });
        expect(await redrive.isDisabled()).toBe(true);
        await dialog.getByRole('textbox').fill(productionStage);
        await redrive.click();
        await main.getByText(new RegExp(noRedrive)).waitFor();
        await close();
      });
    });
  });

  test('docs/console.md names every permission that it has used', () => {
    const used = aws.permissions();
    expect(used).toContain('sqs:ListMessageMoveTasks');
    expect(documentedPermissions('console.md')).toEqual(expect.arrayContaining([...used]));
  });
};
