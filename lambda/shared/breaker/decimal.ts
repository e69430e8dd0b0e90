/** A non-negative decimal, exact: Twilio's values have six digits after the point, and money is not rounded here. */
export type Decimal = bigint & { readonly decimal: unique symbol };

const fractionDigits = 12;
/** Plain digits only: no sign, exponent, comma, `NaN` or `Infinity`. */
const form = /^(\d{1,18})(?:\.(\d{1,12}))?$/;

/** @returns undefined for anything but a plain decimal */
export const parseDecimal = (text: string | undefined): Decimal | undefined => {
  const match = form.exec(text ?? '');
  if (match === null) return undefined;
  const [, whole = '', fraction = ''] = match;
  // The brand keeps it apart from other numbers; the value counts the smallest fraction.
  return BigInt(whole + fraction.padEnd(fractionDigits, '0')) as Decimal;
};
