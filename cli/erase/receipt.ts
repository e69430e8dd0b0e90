import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CliError } from '../terminal/cli-error';
import { errorCode } from '../terminal/error-code';

/** Says what was deleted, for whoever must prove it. It has neither the number nor a hash of it. */
export interface Receipt {
  readonly id: string;
  readonly gateway: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  /** Whether nothing was left that the command can see. */
  readonly complete: boolean;
  readonly items: object;
  /** By queue. */
  readonly deadLetters: object;
  /** Null if it was not asked for. */
  readonly redactedAtTwilio: object | null;
  readonly notCovered: readonly string[];
}

/** Copies that this command cannot reach; docs/erase.md says how each of them ends. */
export const notCovered: readonly string[] = [
  'Backups of the table, among them point-in-time recovery (up to 35 days).',
  'Records of the table stream (24 hours), and events that wait in a queue.',
  'CloudWatch logs and S3 access logs of services in front of the gateway.',
  'What handlers and other subscribers of the events have stored.',
  'Media that were put into a bucket or a folder, and exported files.',
  'Records at Twilio that are not messages, such as calls and recordings.',
];

/** Creates the file before anything is deleted, so that a path that cannot be written ends the command early. */
export const openReceipt = async (path: string): Promise<(receipt: Receipt) => Promise<void>> => {
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(path, 'wx', 0o600);
    return async (receipt) => {
      try {
        await file.writeFile(`${JSON.stringify(receipt, null, 2)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
    };
  } catch (error) {
    const why = errorCode(error) === 'EEXIST' ? 'the file exists' : errorCode(error);
    throw new CliError(`The receipt cannot be written: ${why}. Nothing was deleted.`, 2);
  }
};
