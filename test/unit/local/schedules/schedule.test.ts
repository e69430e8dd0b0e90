import { EventEmitter, once } from 'node:events';
import { startSchedule } from '../../../../local/functions/schedule';

const settings = {
  ruleArn: 'arn:aws:events:us-east-1:000000000000:rule/Every',
  account: '000000000000',
  region: 'us-east-1',
};

describe('a schedule', () => {
  it('invokes its function after each period, with the event of an EventBridge rule, until it is stopped', async () => {
    const events: unknown[] = [];
    const calls = new EventEmitter();
    const third = once(calls, 'third');
    const stop = startSchedule({
      ...settings,
      everyMs: 20,
      target: {
        invoke: (event) => {
          events.push(event);
          if (events.length === 3) calls.emit('third');
          return Promise.resolve({ kind: 'ok', payload: null });
        },
      },
    });
    expect(events).toEqual([]);
    await third;
    await stop();
    const invoked = events.length;
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(events).toHaveLength(invoked);
    expect(events[0]).toMatchObject({
      source: 'aws.events',
      'detail-type': 'Scheduled Event',
      resources: [settings.ruleArn],
      detail: {},
    });
  });

  it('goes on after a failure, and runs one invocation at a time', async () => {
    let running = 0;
    let invoked = 0;
    const calls = new EventEmitter();
    const third = once(calls, 'third');
    const stop = startSchedule({
      ...settings,
      everyMs: 5,
      target: {
        invoke: async () => {
          expect((running += 1)).toBe(1);
          await new Promise((resolve) => setTimeout(resolve, 20));
          running -= 1;
          invoked += 1;
          if (invoked === 3) calls.emit('third');
          if (invoked === 1) throw new Error('the function crashed');
          return { kind: 'error', errorType: 'Error', errorMessage: 'no' };
        },
      },
    });
    await third;
    await stop();
    expect(running).toBe(0);
  });

  it('waits for the invocation in progress when it is stopped', async () => {
    let done = false;
    const calls = new EventEmitter();
    const begun = once(calls, 'begun');
    const stop = startSchedule({
      ...settings,
      everyMs: 1,
      target: {
        invoke: async () => {
          calls.emit('begun');
          await new Promise((resolve) => setTimeout(resolve, 30));
          done = true;
          return { kind: 'ok', payload: null };
        },
      },
    });
    await begun;
    await stop();
    expect(done).toBe(true);
  });
});
