import { setTimeout as sleep } from 'node:timers/promises';
import { createRebuildLoop } from '../../../../local/watch/rebuild-loop';

/** A build that ends when the test says so. */
const manualBuild = () => {
  const running: (() => void)[] = [];
  let started = 0;
  let most = 0;
  return {
    started: () => started,
    most: () => most,
    end: () => running.shift()?.(),
    build: async (): Promise<void> => {
      started += 1;
      most = Math.max(most, running.length + 1);
      await new Promise<void>((resolve) => running.push(resolve));
    },
  };
};

test('changes in quick succession are one build', async () => {
  const { build, started, end } = manualBuild();
  const loop = createRebuildLoop(build, 20);
  for (let change = 0; change < 5; change += 1) {
    loop.changed();
    await sleep(2);
  }
  await sleep(60);
  expect(started()).toBe(1);
  end();
  await sleep(40);
  expect(started()).toBe(1);
});

test('changes during a build are one more build after it, never two at once', async () => {
  const { build, started, most, end } = manualBuild();
  const loop = createRebuildLoop(build, 1);
  loop.changed();
  await sleep(20);
  for (let change = 0; change < 3; change += 1) {
    loop.changed();
    await sleep(10);
  }
  expect(started()).toBe(1);
  end();
  await sleep(20);
  expect(started()).toBe(2);
  end();
  await sleep(20);
  expect(started()).toBe(2);
  expect(most()).toBe(1);
});

test('close waits for the build in progress and starts no other', async () => {
  const { build, started, end } = manualBuild();
  const loop = createRebuildLoop(build, 1);
  loop.changed();
  await sleep(20);
  loop.changed();
  let isClosed = false;
  const closing = loop.close().then(() => (isClosed = true));
  await sleep(20);
  expect(isClosed).toBe(false);
  end();
  await closing;
  expect(started()).toBe(1);
});
