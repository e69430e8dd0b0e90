import { descriptionsFolder, hasDescriptions } from './descriptions';

/**
 * `describe` for suites that need Twilio's official OpenAPI descriptions. Where the folder is absent they are counted as
 * skipped, and the reason is printed.
 */
export const describeWithTwilio: jest.Describe = hasDescriptions ? describe : describe.skip;
if (!hasDescriptions) {
  process.stderr.write(
    `Skipped: ${descriptionsFolder} is absent, so nothing can play Twilio's API (TWILIO_OPENAPI_DIR names another folder).\n`,
  );
}
