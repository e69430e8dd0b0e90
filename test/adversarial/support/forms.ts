import { randomBytes } from 'node:crypto';
import { encodeForm, type Form } from '../../helpers/webhooks';

/** A unique text. */
export const marker = (name: string): string => `${name}-${randomBytes(8).toString('hex')}`;

export const without = (form: Form, name: string): Form =>
  Object.fromEntries(Object.entries(form).filter(([other]) => other !== name));

/** An encoded form with a piece appended. */
export const encodedWith = (form: Form, piece: string): string => encodeForm(form) + piece;
