import type { WebhookView } from '../clients/webhook-view';
import { webhookFields, webhookJson } from '../find/webhook-json';
import { csvLine } from '../terminal/csv';

export interface RowFormat {
  /** Lines before the first row, with their line breaks. */
  readonly head: string;
  readonly row: (webhook: WebhookView) => string;
}

const csv: RowFormat = {
  head: `${csvLine(webhookFields)}\r\n`,
  row: (webhook) =>
    `${csvLine(
      webhookFields.map((name) => {
        const value = webhook[name];
        return typeof value === 'boolean' ? String(value) : value;
      }),
    )}\r\n`,
};

const ndjson: RowFormat = { head: '', row: (webhook) => `${webhookJson(webhook)}\n` };

export const formats = { csv, ndjson };
export type FormatName = keyof typeof formats;

/** The format by the extension of the file; CSV for any other. */
export const formatOf = (file: string | undefined): FormatName =>
  file !== undefined && /\.(?:ndjson|jsonl)$/i.test(file) ? 'ndjson' : 'csv';
