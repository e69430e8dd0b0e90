import { hostedGateways, priceList, prices } from '../../../bench/prices';

test('every price has its page and the day on which it was checked', () => {
  for (const { dollars, page, read } of Object.values(priceList)) {
    expect(dollars).toBeGreaterThan(0);
    expect(page).toMatch(/^https:\/\/aws\.amazon\.com\/[\w/-]+\/$/);
    expect(read).toMatch(/^20\d\d-\d\d-\d\d$/);
  }
  expect(prices.httpApiRequests).toBe(priceList.httpApiRequests.dollars);
});

test('the prices of hosted gateways have them as well', () => {
  expect(hostedGateways.page).toMatch(/^https:/);
  expect(hostedGateways.read).toMatch(/^20\d\d-\d\d-\d\d$/);
});
