import * as fc from 'fast-check';
import { PermanentError } from '../../../lambda/handlers/permanent-error';
import { handle, memoryPorts, messageEvent, recordOf } from './fixture';

const fates = ['done', 'fails', 'permanent'] as const;
type Fate = (typeof fates)[number];
interface Planned {
  readonly group: string | undefined;
  readonly fate: Fate;
  readonly ticks: number;
}

const plan = fc.array(
  fc.record<Planned>({
    group: fc.constantFrom('a', 'b', 'c', undefined),
    fate: fc.constantFrom(...fates),
    ticks: fc.nat({ max: 3 }),
  }),
  { maxLength: 10 },
);

/** The expected result, computed independently: from each message and the messages before it in its group. */
const expected = (planned: readonly Planned[]) => {
  const failedBefore = (at: number): boolean =>
    planned
      .slice(0, at)
      .some(({ group, fate }) => group !== undefined && group === planned[at]?.group && fate === 'fails');
  const ids = planned.map((_, at) => at);
  return {
    begun: ids.filter((at) => !failedBefore(at)),
    returned: ids.filter((at) => failedBefore(at) || planned[at]?.fate === 'fails'),
    dead: ids.filter((at) => !failedBefore(at) && planned[at]?.fate === 'permanent'),
  };
};

const numeric = (ids: readonly (string | number)[]): readonly number[] => ids.map(Number).sort((a, b) => a - b);

test('a batch returns exactly what failed and the rest of its group, in order and one at a time', async () => {
  await fc.assert(
    fc.asyncProperty(plan, async (planned) => {
      const { ports, deadLetters, counts } = memoryPorts();
      const begun: number[] = [];
      const running = new Map<string, number>();
      const records = planned.map(({ group }, at) => recordOf(messageEvent(at, String(at)), String(at), group));
      const returned = await handle(ports, records, async (event) => {
        const at = Number(event.data.body);
        const { group = `own ${at}`, fate = 'done', ticks = 0 } = planned[at] ?? {};
        begun.push(at);
        // No overlap within a group.
        expect(running.get(group)).toBeUndefined();
        running.set(group, at);
        for (let tick = 0; tick < ticks; tick += 1) await Promise.resolve();
        running.delete(group);
        if (fate === 'fails') throw new Error('no');
        if (fate === 'permanent') throw new PermanentError('never');
      });

      const rule = expected(planned);
      expect(numeric(returned)).toEqual(rule.returned);
      expect(numeric(begun)).toEqual(rule.begun);
      expect(numeric(deadLetters.map(({ messageId }) => messageId))).toEqual(rule.dead);
      for (const group of ['a', 'b', 'c']) {
        const order = begun.filter((at) => planned[at]?.group === group);
        expect(order).toEqual(numeric(order));
      }
      expect(counts.filter((name) => name === 'HandlerFailed')).toHaveLength(
        rule.begun.filter((at) => planned[at]?.fate === 'fails').length,
      );
    }),
    { numRuns: 150 },
  );
});

test('two groups overlap, and so do two messages of a standard queue', async () => {
  for (const [firstGroup, secondGroup] of [
    ['a', 'b'],
    [undefined, undefined],
  ] as const) {
    const { ports } = memoryPorts();
    let running = 0;
    let most = 0;
    const records = [recordOf(messageEvent(1), '1', firstGroup), recordOf(messageEvent(2), '2', secondGroup)];
    const returned = await handle(ports, records, async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise(setImmediate);
      running -= 1;
    });
    expect(returned).toEqual([]);
    expect(most).toBe(2);
  }
});

test('a group of a standard queue orders nothing: a failure returns one message alone', async () => {
  const { ports } = memoryPorts();
  const records = ['1', '2'].map((id) => {
    const record = recordOf(messageEvent(Number(id), id), id);
    return { ...record, attributes: { ...record.attributes, MessageGroupId: 'tenant' } };
  });
  const returned = await handle(ports, records, ({ data }) =>
    data.body === '1' ? Promise.reject(new Error('no')) : Promise.resolve(),
  );
  expect(returned).toEqual(['1']);
});

test('with too little time left nothing is begun, and the message and the rest of its group are returned', async () => {
  const { ports, outcomes } = memoryPorts();
  let leftMs = 10_000;
  const begun: string[] = [];
  const records = ['1', '2', '3'].map((id) => recordOf(messageEvent(Number(id), id), id, 'a'));
  const returned = await handle(
    ports,
    records,
    ({ data }) => {
      begun.push(data.body ?? '');
      leftMs = 2_000;
      return Promise.resolve();
    },
    { remainingMs: () => leftMs },
  );
  expect(begun).toEqual(['1']);
  expect(returned).toEqual(['2', '3']);
  expect(outcomes.map(({ reason, detail }) => [reason, detail])).toEqual([
    ['handled', undefined],
    ['failed', 'too little time was left to begin'],
  ]);
});

describe('the next try', () => {
  const fails = () => Promise.reject(new Error('no'));
  const received = (record: ReturnType<typeof recordOf>, times: number) => ({
    ...record,
    attributes: { ...record.attributes, ApproximateReceiveCount: String(times) },
  });

  test.each([
    [1, 1],
    [2, 10],
    [3, 60],
    [5, 0],
  ])('after receive %i comes in %i s, for the failed message and the rest of its group', async (times, seconds) => {
    const { ports, hidden } = memoryPorts();
    const records = ['m1', 'm2', 'm3'].map((id, at) =>
      received(recordOf(messageEvent(at), id, id === 'm3' ? 'other' : 'g'), times),
    );
    const work = (event: { readonly subject?: string }) =>
      event.subject === messageEvent(2).subject ? Promise.resolve() : fails();
    await handle(ports, records, work);
    expect(hidden).toEqual([
      { receiptHandle: 'receipt m1', seconds },
      { receiptHandle: 'receipt m2', seconds },
    ]);
  });

  test('waits for the visibility timeout where no time is left to ask SQS for an earlier one', async () => {
    const { ports, hidden } = memoryPorts();
    let leftMs = 10_000;
    const failsLate = () => {
      leftMs = 1_000;
      return fails();
    };
    const records = [recordOf(messageEvent(1), 'm1', 'g')];
    expect(await handle(ports, records, failsLate, { remainingMs: () => leftMs })).toEqual(['m1']);
    expect(hidden).toEqual([]);
  });

  test('waits for the visibility timeout where the handler may still run, so that two tries never overlap', async () => {
    const { ports, hidden } = memoryPorts();
    const endsAt = Date.now() + 2_510;
    let asked = 0;
    const remainingMs = () => ((asked += 1) === 1 ? endsAt - Date.now() : 1_600);
    const goesOn = () => new Promise<never>(() => undefined);
    const records = [recordOf(messageEvent(1), 'm1', 'g')];
    expect(await handle(ports, records, goesOn, { remainingMs })).toEqual(['m1']);
    expect(hidden).toEqual([]);
  });

  test('comes after the visibility timeout when every delay was used', async () => {
    const { ports, hidden } = memoryPorts();
    expect(await handle(ports, [received(recordOf(messageEvent(1), 'm1', 'g'), 4)], fails)).toEqual(['m1']);
    expect(hidden).toEqual([]);
  });

  test('comes after the visibility timeout where SQS does not hide the message', async () => {
    const { ports } = memoryPorts({ changeVisibility: () => Promise.reject(new Error('throttled')) });
    expect(await handle(ports, [recordOf(messageEvent(1), 'm1', 'g')], fails)).toEqual(['m1']);
  });
});
