import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { itemSchemaVersion } from '../../lambda/shared/contract/table';
import type { ReadItem } from '../clients/dynamodb/item-batches';
import { isObject, parseJson, textIn, type JsonObject } from '../json-fields';
import { CliError } from '../terminal/cli-error';
import { errorCode } from '../terminal/error-code';
import { jsonLine } from '../terminal/terminal-text';
import { isItem } from './item-check';

/*
 * A backup is lines of JSON: a header, one item a line as DynamoDB writes it, and a footer. The footer has the number
 * of items and the SHA-256 of every byte before it, so that a file that was cut off or changed is recognized.
 */

const format = 'twilio-webhook-gateway';
const version = 1;
/** An item has at most 400 KB, and JSON writes a character of it with at most six. */
const maxLineBytes = 8_388_608;

export interface Header {
  readonly gateway: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** With it, the backup has only what was written at this time or later. */
  readonly since?: string;
}

export interface Footer {
  readonly items: number;
  readonly finishedAt: string;
}

interface BackupWriter {
  readonly header: (header: Header) => string;
  readonly item: (item: ReadItem) => string;
  readonly footer: (finishedAt: string) => string;
}

/** @returns functions that make the lines, with their line breaks, in their order */
export const createBackupWriter = (): BackupWriter => {
  const hash = createHash('sha256');
  let items = 0;
  const line = (value: unknown): string => `${jsonLine(value)}\n`;
  const hashed = (text: string): string => {
    hash.update(text);
    return text;
  };
  return {
    header: (header) => hashed(line({ backup: format, version, itemSchema: itemSchemaVersion, ...header })),
    item: (item) => {
      if (!isItem(item))
        throw new CliError('An item of the table has an attribute of a type that the gateway never writes.');
      items += 1;
      return hashed(line(item));
    },
    footer: (finishedAt) => line({ items, sha256: hash.digest('hex'), finishedAt }),
  };
};

/**
 * Reads a backup item by item; memory does not grow with the file.
 * @returns the footer, after the last item
 * @throws CliError if the file is not a complete backup that nobody has changed
 */
export async function* readBackup(path: string): AsyncGenerator<Header | ReadItem, Footer> {
  const hash = createHash('sha256');
  const bad = (why: string): CliError => new CliError(`${path} cannot be restored: ${why}.`);
  let items = 0;
  let footer: Footer | undefined;
  let isFirst = true;
  for await (const line of linesOf(path, bad)) {
    const value = parseJson(line.toString('utf8'));
    if (isFirst) {
      yield headerOf(value, bad);
      isFirst = false;
    } else if (footer !== undefined) throw bad('something follows its last line');
    else if (isObject(value) && typeof value['sha256'] === 'string') {
      if (value['items'] !== items || value['sha256'] !== hash.digest('hex')) {
        throw bad('it was changed, or a part of it is missing');
      }
      footer = { items, finishedAt: textIn(value, 'finishedAt') ?? '' };
      continue;
    } else if (isItem(value)) {
      items += 1;
      yield value;
    } else throw bad(`line ${items + 2} is not an item`);
    hash.update(line).update('\n');
  }
  if (footer === undefined) throw bad('its last line is missing. The backup was interrupted, or the file was cut off');
  return footer;
}

const headerOf = (value: unknown, bad: (why: string) => CliError): Header => {
  if (!isObject(value) || value['backup'] !== format) throw bad('it is not a backup of a gateway');
  const { itemSchema } = value;
  if (value['version'] !== version || typeof itemSchema !== 'number' || itemSchema > itemSchemaVersion) {
    throw bad('another version of the gateway has written it. Use that version, or a later one');
  }
  return headerFields(value);
};

const headerFields = (value: JsonObject): Header => {
  const since = textIn(value, 'since');
  return {
    gateway: textIn(value, 'gateway') ?? '',
    startedAt: textIn(value, 'startedAt') ?? '',
    ...(since === undefined ? {} : { since }),
  };
};

/** Complete lines, without their line breaks. */
async function* linesOf(path: string, bad: (why: string) => CliError): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  let length = 0;
  try {
    // A read stream without an encoding yields buffers.
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      let from = 0;
      for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
        yield Buffer.concat([...rest, chunk.subarray(from, end)]);
        rest = [];
        length = 0;
        from = end + 1;
      }
      rest.push(chunk.subarray(from));
      length += chunk.length - from;
      if (length > maxLineBytes) throw bad('it is not a backup of a gateway');
    }
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(`${path} cannot be read (${errorCode(error)}).`, 1, { cause: error });
  }
  if (length > 0) throw bad('it ends within a line. The backup was interrupted, or the file was cut off');
}
