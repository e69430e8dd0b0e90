import { paginateScan, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { readFileSync } from 'node:fs';
import { describeStack } from '../../../cli/clients/cloudformation-stack';
import { stackOutputs } from '../../../lambda/shared/contract/stack-outputs';
import { accountDayIndex, conversationIndex } from '../../../lambda/shared/contract/table';
import { eventually } from '../../gateway/gateway-process';
import { openStageTarget } from '../../gateway/webhooks/stage-target';
import type { WebhookTarget } from '../../gateway/webhooks/target';
import { toNumber } from '../../helpers/test-account';
import { stack, stage } from '../assembly';
import { run } from '../cdk';
import { scratch } from '../environment';
import { documentedPermissions, startAwsCalls, type AwsCalls } from './aws-calls';
import { startCommand } from './stage-console';

const person = '+15550100062';
const other = '+15550100063';

/** The commands that find, watch, write and delete what a stage has stored. */
export const findCommandsSuite = (): void => {
  const dynamodb = new DynamoDBClient();
  let target: WebhookTarget;
  let reading: AwsCalls;
  let erasing: AwsCalls;
  beforeAll(async () => {
    target = await openStageTarget(stage);
    reading = await startAwsCalls();
    erasing = await startAwsCalls();
  });
  afterAll(async () => {
    dynamodb.destroy();
    await Promise.all([target.close(), reading.close(), erasing.close()]);
  });

  const gateway = async (args: readonly string[], aws: AwsCalls = reading): Promise<string> => {
    const { code, stdout, stderr } = await run('npx', ['gateway', ...args, '--stage', stage], aws.env);
    expect({ args, code, stderr: code === 0 ? '' : stderr }).toEqual({ args, code: 0, stderr: '' });
    return stdout;
  };
  const json = async (args: readonly string[], aws?: AwsCalls): Promise<unknown> =>
    JSON.parse(await gateway([...args, '--json'], aws));
  const sent = async (...args: readonly string[]): Promise<{ readonly sid: string; readonly eventId: string }> =>
    (await json(['send', ...args])) as { readonly sid: string; readonly eventId: string };

  test('tail prints a webhook within seconds, until Ctrl-C', async () => {
    const tail = startCommand(['tail', '--json', '--with', person, '--stage', stage], reading.env);
    await eventually(() => expect(tail.stderr()).toContain(`Watching stage ${stage}`));
    // The first poll finds what was there before.
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    const { sid } = await sent('sms', '--from', person, '--body', 'watched');
    await eventually(() => expect(tail.stdout()).toContain(sid), 10_000);
    tail.child.kill('SIGINT');
    const { code, stdout } = await tail.finished;
    expect({ code, line: JSON.parse(stdout) as unknown }).toMatchObject({
      code: 0,
      line: { id: sid, kind: 'message', from: person, to: toNumber, body: 'watched' },
    });
  });

  test('export, conversations, opt-outs and events find what was sent, by queries only', async () => {
    const stop = await sent('sms', '--opt-out', 'STOP', '--from', person);
    await sent('sms', '--from', other, '--body', 'stays');
    const call = await sent('call', '--from', person);
    await eventually(async () =>
      expect(await json(['events', 'list', '--subject', call.sid])).toMatchObject([
        { id: call.eventId, kind: 'event', subject: call.sid },
      ]),
    );
    const file = scratch('export.csv');
    await gateway(['export', '--with', person, '--kind', 'message', '--file', file]);
    expect(readFileSync(file, 'utf8').trim().split(/\r?\n/)).toHaveLength(3);
    expect(await gateway(['export', '--with', person, '--format', 'ndjson'])).toContain('"body":"watched"');
    expect(await json(['conversations', 'list', '--with', person])).toMatchObject([
      { person, own: toNumber, messages: 2, optOut: 'STOP' },
    ]);
    expect(await json(['opt-outs', 'list', '--number', person])).toMatchObject([
      { person, state: 'STOP', messageSid: stop.sid },
    ]);
    expect(reading.count('Scan')).toBe(0);
    expect(reading.count('Query')).toBeGreaterThan(0);
  });

  /** Every item of the table and of its indexes, and every dead letter, as text in one order. */
  const everything = async (): Promise<string> => {
    const TableName = (await describeStack(stack, undefined))?.outputs[stackOutputs.tableName] ?? '';
    const items: string[] = [];
    for (const index of [{}, { IndexName: accountDayIndex.name }, { IndexName: conversationIndex.name }]) {
      for await (const page of paginateScan({ client: dynamodb }, { TableName, ...index })) {
        expect(page.Items).not.toEqual([]);
        items.push(...(page.Items ?? []).map((item) => JSON.stringify(item)));
      }
    }
    const letters = (await json(['dead-letters', 'list'])) as readonly { readonly id: string }[];
    for (const { id } of letters) {
      const { body } = (await json(['dead-letters', 'show', id, '--body'])) as { readonly body: string };
      items.push(body);
    }
    return items.sort().join('\n');
  };
  const digits = (number: string): string => number.slice(1);

  test('erase counts first, then leaves no byte of the number in table, indexes and dead letters', async () => {
    // A page that was closed while it read the dead letters hides them until their visibility timeout.
    await eventually(async () => expect(await json(['dead-letters', 'list'])).toHaveLength(1), 120_000);
    const letter = new SendMessageCommand({
      QueueUrl: target.queues.deadLetters,
      MessageBody: JSON.stringify({ from: person }),
    });
    await target.sqs.send(letter);
    const before = await everything();
    expect(before.includes(digits(person))).toBe(true);
    const found = await json(['erase', '--number', person], erasing);
    expect(found).toMatchObject({
      dryRun: true,
      items: 4,
      deadLetters: 1,
      kinds: { messages: 2, events: 1, optOuts: 1 },
    });
    expect((await everything()) === before).toBe(true);
    const receipt = scratch('receipt.json');
    expect(await json(['erase', '--number', person, '--yes', '--receipt', receipt], erasing)).toMatchObject({
      items: 4,
      deadLetters: 1,
    });
    const after = await everything();
    expect([person, other].map((number) => after.includes(digits(number)))).toEqual([false, true]);
    expect(readFileSync(receipt, 'utf8')).not.toContain(digits(person));
    expect(await json(['dead-letters', 'list'])).toHaveLength(1);
    expect(await json(['erase', '--number', person], erasing)).toMatchObject({ items: 0, deadLetters: 0 });
  });

  test('docs/console.md and docs/erase.md name every permission that the commands have used', () => {
    expect(documentedPermissions('console.md')).toEqual(expect.arrayContaining([...reading.permissions()]));
    expect(documentedPermissions('erase.md')).toEqual(expect.arrayContaining([...erasing.permissions()]));
  });
};
