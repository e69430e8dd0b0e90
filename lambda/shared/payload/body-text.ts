/** The bytes as text, or undefined if they are not valid UTF-8, which text could not restore. */
export const bodyText = (body: Buffer): string | undefined => {
  const text = body.toString('utf8');
  return Buffer.from(text, 'utf8').equals(body) ? text : undefined;
};
