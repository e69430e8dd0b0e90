import { appendFileSync } from 'node:fs';
import { onMessage } from '../../lambda/handlers/handlers';

const file = process.env['STARTS_FILE'];

/** Writes when it began to handle each message, by the clock that all processes of the machine share. */
export const handler = onMessage(({ data }) => {
  const at = process.hrtime.bigint();
  if (file !== undefined) appendFileSync(file, `${data.messageSid} ${at}\n`);
  return Promise.resolve();
});
