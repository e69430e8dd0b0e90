import { createThrottle } from '../../../local/http-api/throttle';

test('accepts a burst, rejects the next request, and refills at the rate up to the burst limit', () => {
  let nowMs = 0;
  const admit = createThrottle({ rateLimit: 2, burstLimit: 3 }, () => nowMs);
  const admitted = (count: number): number => Array.from({ length: count }, admit).filter(Boolean).length;
  expect(admitted(5)).toBe(3);
  nowMs += 499;
  expect(admitted(1)).toBe(0);
  nowMs += 1;
  expect(admitted(2)).toBe(1);
  nowMs += 1000;
  expect(admitted(5)).toBe(2);
  nowMs += 3_600_000;
  expect(admitted(10)).toBe(3);
});
