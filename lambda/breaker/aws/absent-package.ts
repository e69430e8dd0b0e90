/**
 * Stands in for the packages behind the own HTTP client of the `twilio` package. The breaker brings a client of its own
 * (`lambda/shared/twilio/twilio-http.ts`), so none of them is ever called; they would be a quarter of its bundle
 * (`lib/functions/function-bundle.ts`).
 */
export {};
