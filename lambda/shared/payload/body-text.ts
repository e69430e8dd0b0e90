/** The bytes as text, or undefined where they are not UTF-8 and text would not be the same bytes. */
export const bodyText = (body: Buffer): string | undefined => {
  const text = body.toString('utf8');
  return Buffer.from(text, 'utf8').equals(body) ? text : undefined;
};
