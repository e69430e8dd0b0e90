import type { SendRequest } from '../../../../api';

export type FieldName = 'from' | 'to' | 'body' | 'media' | 'sid' | 'status' | 'errorCode';

export interface Field {
  readonly name: FieldName;
  readonly label: string;
  /** What is sent if the field is left empty, or an example. */
  readonly placeholder: string;
  readonly hint?: string;
  /** Shares a line with the next field. */
  readonly isHalf?: boolean;
  readonly lines?: number;
  readonly suggestions?: readonly string[];
  readonly inputMode?: 'tel' | 'numeric' | 'url';
}

const statuses = ['queued', 'sending', 'sent', 'delivered', 'undelivered', 'failed', 'read'];

/** In the order in which a form shows them. */
const fields: readonly Field[] = [
  { name: 'from', label: 'From', placeholder: 'Made up if empty', inputMode: 'tel', isHalf: true },
  { name: 'to', label: 'To', placeholder: 'Made up if empty', inputMode: 'tel', isHalf: true },
  { name: 'body', label: 'Text', placeholder: 'A greeting if empty', lines: 3 },
  {
    name: 'media',
    label: 'Media URLs',
    placeholder: 'https://example.com/picture.jpg',
    hint: 'One per line',
    lines: 2,
    inputMode: 'url',
  },
  { name: 'status', label: 'Status', placeholder: 'delivered', suggestions: statuses, isHalf: true },
  { name: 'errorCode', label: 'Error code', placeholder: '30003 for a failure', inputMode: 'numeric', isHalf: true },
  { name: 'sid', label: 'SID', placeholder: 'Random if empty' },
];

/** The fields of a kind that the form knows, each once. */
export const fieldsOf = (names: readonly string[]): readonly Field[] =>
  fields.filter(({ name }) => names.includes(name));

export type FormValues = Readonly<Partial<Record<FieldName, string>>>;

export interface SendChoices {
  readonly kind: string;
  readonly tamper: boolean;
  readonly repeat: number;
}

const mediaUrls = (text: string): readonly string[] =>
  text
    .split(/\s+/)
    .map((url) => url.trim())
    .filter((url) => url !== '');

const valueOf = (name: FieldName, text: string): string | readonly string[] | undefined => {
  if (name === 'media') {
    const urls = mediaUrls(text);
    return urls.length === 0 ? undefined : urls;
  }
  // Spaces around a text are part of it.
  const value = name === 'body' ? text : text.trim();
  return value === '' ? undefined : value;
};

/** Only what is filled in: the gateway's own defaults apply to the rest. */
export const sendRequest = (
  { kind, tamper, repeat }: SendChoices,
  names: readonly string[],
  values: FormValues,
): SendRequest => {
  const filled = fieldsOf(names).flatMap(({ name }) => {
    const value = valueOf(name, values[name] ?? '');
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    kind,
    ...Object.fromEntries(filled),
    ...(tamper ? { tamper } : {}),
    ...(repeat > 1 ? { repeat } : {}),
  };
};

export type AnswerTone = 'good' | 'expected' | 'bad';

/** A request whose signature was tampered with must be refused. */
export const answerTone = (status: number | null, tampered: boolean): AnswerTone => {
  if (tampered) return status === 403 ? 'expected' : 'bad';
  return status !== null && status >= 200 && status < 300 ? 'good' : 'bad';
};
