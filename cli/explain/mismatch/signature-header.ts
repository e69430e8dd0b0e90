import { presentedSignature } from '../../../lambda/shared/signature/signature';
import { headerOf, type Capture } from '../capture/capture';

export interface SignatureCandidate {
  readonly signature: string;
  /** The repairs; undefined for an intact header. */
  readonly about: string | undefined;
}

export type SignatureHeader =
  | { readonly kind: 'missing' }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'candidates'; readonly candidates: readonly SignatureCandidate[] };

const name = 'x-twilio-signature';

const percentDecoded = (value: string): string => {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
};

/** Usual damage to the header, and how to undo it. */
const repairs: readonly (readonly [about: string, repair: (value: string) => string])[] = [
  ['white space around it', (value) => value.trim()],
  ['quotes around it', (value) => value.replace(/^["']|["']$/g, '')],
  ['a prefix in front of it', (value) => value.replace(/^(?:sha(?:1|256)=|hmac-sha(?:1|256)[ =]|signature=)/i, '')],
  ['it is percent-encoded', percentDecoded],
  ['a + became a space', (value) => value.replaceAll(' ', '+')],
  ['it is URL-safe base64', (value) => value.replaceAll('-', '+').replaceAll('_', '/')],
  ['the = at its end is missing', (value) => value.replace(/^([A-Za-z0-9+/]{27}|[A-Za-z0-9+/]{43})$/, '$1=')],
  [
    'it is hexadecimal',
    (value) => (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(value) ? Buffer.from(value, 'hex').toString('base64') : value),
  ],
];

const isSignatureShaped = (value: string): boolean => presentedSignature(value, undefined) !== undefined;

const repaired = (value: string): SignatureCandidate | undefined => {
  if (isSignatureShaped(value)) return { signature: value, about: undefined };
  const done: string[] = [];
  let current = value;
  for (const [about, repair] of repairs) {
    const next = repair(current);
    if (next !== current) done.push(about);
    current = next;
  }
  return isSignatureShaped(current) ? { signature: current, about: done.join(', ') } : undefined;
};

/** The signature of a request, repaired if possible. */
export const readSignature = (capture: Pick<Capture, 'headers'>): SignatureHeader => {
  const value = headerOf(capture, name) ?? '';
  const whole = repaired(value);
  if (whole !== undefined) return { kind: 'candidates', candidates: [whole] };
  const parts = value === '' ? [] : value.split(',');
  const renamed = capture.headers.filter(([key]) => key.toLowerCase() !== name && /twilio[_-]?signature$/i.test(key));
  const candidates = [
    ...parts.flatMap((part): readonly SignatureCandidate[] => {
      const found = repaired(part);
      return found === undefined ? [] : [{ ...found, about: 'the header occurs several times' }];
    }),
    ...renamed.flatMap(([, other]): readonly SignatureCandidate[] => {
      const found = repaired(other);
      return found === undefined ? [] : [{ ...found, about: 'the header has another name' }];
    }),
  ];
  if (candidates.length > 0) return { kind: 'candidates', candidates: candidates.slice(0, 4) };
  return { kind: value === '' ? 'missing' : 'malformed' };
};
