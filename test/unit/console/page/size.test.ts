import { gzipSync } from 'node:zlib';
import { loadPage } from '../../../../console/server/page';

test('all files of the page have at most 120 kB, compressed', async () => {
  const sizes = [...(await loadPage()).values()].map(({ bytes }) => gzipSync(bytes).length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  expect(sizes.length).toBeGreaterThanOrEqual(4);
  expect(total).toBeGreaterThan(10_000);
  expect(total).toBeLessThanOrEqual(120_000);
});
