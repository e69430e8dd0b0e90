import { setTimeout as sleep } from 'node:timers/promises';
import { startSchedule } from '../../../local/functions/schedule';
import { eventually } from '../../gateway/gateway-process';
import { createStack } from '../create-stack';
import { awsAccount, awsRegion } from '../environment';
import { functionResources } from '../function-resources';
import { startLoopbackServer } from '../handlers/loopback-server';
import type { Template } from '../workarounds';

type Event = Readonly<Record<string, unknown>>;

const code = `exports.handler = async (event) => {
  await fetch(process.env.URL, { method: 'POST', body: JSON.stringify(event) });
}`;

/** A function that a rule invokes each minute, as canary and reconciler are. */
const scheduleTemplate = (url: string): Template => ({
  Resources: {
    ...functionResources(code, { URL: url }),
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        ScheduleExpression: 'rate(1 minute)',
        State: 'ENABLED',
        Targets: [{ Id: 'Target0', Arn: { 'Fn::GetAtt': ['Function', 'Arn'] } }],
      },
    },
    Permission: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: { Ref: 'Function' },
        Principal: 'events.amazonaws.com',
        SourceArn: { 'Fn::GetAtt': ['Rule', 'Arn'] },
      },
    },
  },
  Outputs: { Value: { Value: { 'Fn::GetAtt': ['Rule', 'Arn'] } } },
});

/** The event that the local gateway gives to a scheduled function. */
const localEvent = async (ruleArn: string): Promise<Event> => {
  const events: Event[] = [];
  const stop = startSchedule({
    ruleArn,
    everyMs: 10,
    account: awsAccount,
    region: awsRegion,
    target: {
      invoke: (event) => {
        events.push(event as Event);
        return Promise.resolve({ kind: 'ok', payload: null });
      },
    },
  });
  while (events.length === 0) await sleep(5);
  await stop();
  return events[0] ?? {};
};

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

test('a rule invokes its function each minute, with the event that the local gateway gives', async () => {
  const events: Event[] = [];
  const server = await startLoopbackServer(({ body }) => {
    events.push(JSON.parse(body) as Event);
    return { status: 200, body: {} };
  }, 0);
  try {
    const ruleArn = await createStack('probe-schedule', scheduleTemplate(server.url));
    expect(ruleArn).toMatch(/^arn:aws:events:/);
    // The emulator looks at its rules every ten seconds.
    await eventually(() => expect(events).not.toEqual([]), 120_000);
    const pattern = { id: expect.stringMatching(uuid) as string, time: expect.stringMatching(time) as string };
    const expected = { ...(await localEvent(ruleArn)), ...pattern };
    expect(events[0]).toEqual(expected);
    expect(await localEvent(ruleArn)).toEqual(expected);
  } finally {
    await server.close();
  }
});
