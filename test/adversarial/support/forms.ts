import { randomBytes } from 'node:crypto';
import { encodeForm, type Form } from '../../helpers/webhooks';

/** A text that stands nowhere else. */
export const marker = (name: string): string => `${name}-${randomBytes(8).toString('hex')}`;

export const without = (form: Form, name: string): Form =>
  Object.fromEntries(Object.entries(form).filter(([other]) => other !== name));

/** A form on the wire, with a piece appended. */
export const encodedWith = (form: Form, piece: string): string => encodeForm(form) + piece;
