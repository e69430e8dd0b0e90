import { coreTimes, freeCores } from '../../../../local/functions/free-cores';

test('counts the cores that had nothing to do', () => {
  const before = { cores: 4, idle: 1000, total: 8000 };
  expect(freeCores(before, { cores: 4, idle: 1300, total: 8400 })).toBe(3);
  expect(freeCores(before, { cores: 4, idle: 1000, total: 8400 })).toBe(0);
  expect(freeCores(before, before)).toBe(0);
});

test('reads the times of this machine', async () => {
  const before = coreTimes();
  expect(before.cores).toBeGreaterThan(0);
  await new Promise((resolve) => setTimeout(resolve, 100));
  const free = freeCores(before, coreTimes());
  expect(free).toBeGreaterThanOrEqual(0);
  expect(free).toBeLessThanOrEqual(before.cores);
});
