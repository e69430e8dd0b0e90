/**
 * Replaces the packages that the HTTP client of the `twilio` package needs. The breaker has its own client
 * (`lambda/shared/twilio/twilio-http.ts`), so none of them is ever called; they would be a quarter of its bundle
 * (`lib/functions/function-bundle.ts`).
 */
export {};
