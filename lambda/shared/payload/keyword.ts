/**
 * A message's text as keywords are compared: without outer white space, in one case, and with accents composed, since
 * telephones send `é` as one character or as two.
 */
export const normalizeKeyword = (text: string): string => text.trim().normalize('NFC').toLowerCase();
