import type { Connection } from '../target/target';

/** The options of every call: Ctrl-C aborts it. */
export interface CallOptions {
  readonly abortSignal: AbortSignal;
}

/** Without these the SDK waits indefinitely. */
const bounds = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 5000, requestTimeout: 20_000, throwOnRequestTimeout: true },
};

/** The emulators check no credentials, but the SDK requires some to sign with. */
const localCredentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** For a client of a deployed stage. @param region undefined leaves it to the SDK */
export const regionalConfiguration = (region: string | undefined) => ({
  ...bounds,
  ...(region === undefined ? {} : { region }),
});

/** For a client of a deployed stage or of the local gateway. */
export const clientConfiguration = (connection: Connection, service: 'sqs' | 'dynamodb' | 'secretsmanager' | 'sns') =>
  connection.kind === 'sdk'
    ? regionalConfiguration(connection.region)
    : {
        ...bounds,
        region: connection.region,
        endpoint: connection.endpoints[service],
        credentials: localCredentials,
      };
